import type { Clock } from '@headgate/core'
import type { RetryDelay } from '@headgate/resilience'
import type { OneShotLimits } from '../body/one-shot-body.ts'
import type { Dispatch, ResponseHeaders } from '../handler/handler.ts'
import type { Propagation } from '../mouth/propagation.ts'
import type { CallCounters } from './call-counters.ts'
import type { RefusalFeed } from './refused-call.ts'

/** What `classify` is asked about: a response, or an error in its place. */
export interface AttemptResult {
  readonly status: number | undefined
  readonly headers: ResponseHeaders | undefined
  readonly error: Error | undefined
  readonly method: string
  /** From 1. */
  readonly attempt: number
}

/** A usable answer; worth another attempt; a failure that is not; the server is full, and worth one later. */
export type AttemptVerdict = 'ok' | 'retry' | 'fail' | 'overload'

export type Classify = (result: AttemptResult) => AttemptVerdict | undefined

/** What is the same for all calls of a client; times in milliseconds, infinite where there is none. */
export interface CallSettings {
  readonly base: Dispatch
  readonly clock: Clock
  readonly totalMs: number
  readonly attemptMs: number
  readonly bodyIdleMs: number
  readonly maxAttempts: number
  readonly retryStatuses: ReadonlySet<number>
  readonly retryDelay: RetryDelay | undefined
  readonly oneShot: OneShotLimits
  readonly classify: Classify | undefined
  readonly propagation: Propagation | undefined
  readonly counters: CallCounters
  readonly refusals: RefusalFeed
}
