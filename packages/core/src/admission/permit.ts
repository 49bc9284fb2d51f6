import type { Tier } from '../shed/tier.ts'

/**
 * How a piece of work ended, as far as it teaches anything about capacity.
 *
 * - `success`: its latency tells how loaded the service is.
 * - `overload`: something was overloaded: an own timeout, a 503 or 504 from a dependency.
 * - `ignore`: it tells nothing: a fast failure, a client's abort, a bad request.
 */
export type Outcome = 'success' | 'overload' | 'ignore'

/** The right to run one request. */
export interface Permit {
  readonly tier: Tier
  /** Milliseconds spent in the waiting room; 0 while still there. */
  readonly waitedMs: number
  /** Tells the limit what was learnt, at the end of the work. Only the first call counts. */
  sample(outcome: Outcome): void
  /** Gives the permit back, sampling `outcome` if nothing was sampled. Only the first call counts. */
  release(outcome?: Outcome): void
}
