import type { Limit } from '../limit/limit.ts'
import type { Pressure } from '../shed/pressure.ts'
import type { Clock } from '../time/clock.ts'
import type { AdmissionListener } from './admission-event.ts'
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
}
