import type { Outcome } from './permit.ts'

/** Whose duration it is. */
export interface Timed {
  /** Index of its pool in `poolNames`. */
  readonly lane: number
  /** Index of its tier, the most important first. */
  readonly rank: number
}

/**
 * Hears how long each request waited and ran: without an event for either, which would cost as much as the
 * decision itself.
 */
export interface DurationRecorder {
  /** A request was let in. Must not throw. */
  onWait(request: Timed, waitedMs: number): void
  /** A request gave its permit back. Must not throw. */
  onService(request: Timed, outcome: Outcome, heldMs: number): void
}
