import type { Limit } from '../limit/limit.ts'
import type { ShadowAnswer } from '../shadow/shadow-counters.ts'
import type { Tier } from '../shed/tier.ts'
import type { RejectReason } from './decision.ts'
import type { DurationRecorder } from './duration-recorder.ts'
import type { Outcome } from './permit.ts'

/**
 * What an admission tells its listener. Built only when somebody listens, after the admission's own
 * state is consistent: a listener may call back in.
 */
export type AdmissionEvent =
  | {
      readonly type: 'admitted'
      readonly tier: Tier
      readonly pool: string
      readonly waitedMs: number
    }
  | {
      readonly type: 'rejected'
      readonly tier: Tier
      readonly pool: string
      readonly reason: RejectReason
      readonly waitedMs: number
      readonly retryAfterMs: number
    }
  | {
      readonly type: 'released'
      readonly tier: Tier
      readonly pool: string
      readonly outcome: Outcome
      readonly heldMs: number
    }
  | {
      readonly type: 'limit'
      readonly from: number
      readonly to: number
      /** The limit's own account of its state: what moved it. */
      readonly state: ReturnType<Limit['snapshot']>
    }
  /** In shadow: a request has ended that ran whatever would have been said to it. */
  | {
      readonly type: 'shadow'
      readonly tier: Tier
      readonly pool: string
      readonly would: ShadowAnswer
      /** How long it would have waited, in milliseconds. */
      readonly waitedMs: number
      /** How it ended in fact. */
      readonly outcome: Outcome
      readonly heldMs: number
    }
  /** Into overload (`true`: the first refusal for want of capacity) or out of it (a second without one). */
  | {
      readonly type: 'overload'
      readonly overloaded: boolean
      readonly reason: RejectReason
      /** Refusals for want of capacity in this spell so far. */
      readonly rejected: number
      /** How long the spell has lasted, in milliseconds. */
      readonly lastedMs: number
    }
  | { readonly type: 'drain'; readonly queued: number; readonly inFlight: number }

/** Who hears the events of an admission. */
export interface AdmissionListener {
  /** Whether the events that every request makes are wanted: they cost an object each. */
  readonly perRequest: boolean
  /** Who wants every duration, and no events for them; read with each request. Default nobody. */
  readonly durations?: DurationRecorder | undefined
  /** Must not throw. */
  onEvent(event: AdmissionEvent): void
}
