import type { Tier } from '../shed/tier.ts'
import type { RejectReason } from './decision.ts'
import type { Outcome } from './permit.ts'

/**
 * What an admission tells its listener. Built only when somebody listens, after the admission's own
 * state is consistent: a listener may call back in.
 */
export type AdmissionEvent =
  | { readonly type: 'admitted'; readonly tier: Tier; readonly waitedMs: number }
  | {
      readonly type: 'rejected'
      readonly tier: Tier
      readonly reason: RejectReason
      readonly waitedMs: number
      readonly retryAfterMs: number
    }
  | {
      readonly type: 'released'
      readonly tier: Tier
      readonly outcome: Outcome
      readonly heldMs: number
    }
  | { readonly type: 'limit'; readonly from: number; readonly to: number }
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
  /** Must not throw. */
  onEvent(event: AdmissionEvent): void
}
