import type { TopTalkers } from '../fairness/top-talkers.ts'
import type { Limit } from '../limit/limit.ts'
import type { Shadow } from '../shadow/shadow.ts'
import type { Pressure } from '../shed/pressure.ts'
import type { Clock } from '../time/clock.ts'
import type { AdmissionListener } from './admission-event.ts'
import type { InputReader } from './decision-inputs.ts'
import type { Dispatcher } from './dispatcher.ts'

/** What an admission is made of. */
export interface AdmissionParts {
  readonly clock: Clock
  /** Uniform in 0 to 1, 1 excluded: jitters `retryAfterMs`. */
  readonly random: () => number
  readonly limit: Limit
  /** Default none. */
  readonly pressure?: Pressure | undefined
  /** Default none: waiters start as soon as a permit is free. */
  readonly dispatcher?: Dispatcher | undefined
  readonly listener?: AdmissionListener | undefined
  /** Lets requests run without acting on what is said to them. Default none. */
  readonly shadow?: Shadow | undefined
  /** Tells what a decision is made from. Default none. */
  readonly inputs?: InputReader | undefined
  /** Keeps account of the tenants that ask most. Default none. */
  readonly talkers?: TopTalkers | undefined
}
