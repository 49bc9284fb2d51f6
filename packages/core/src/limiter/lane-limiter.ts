import type { Outcome } from '../admission/permit.ts'
import type { Limit } from '../limit/limit.ts'

/** Work that has ended, as far as a limit learns from it. */
export interface FinishedWork {
  /** In flight when it started, itself included. */
  readonly inFlight: number
  /** The same of its pool alone. */
  readonly inPool: number
  readonly startedMs: number
  readonly threadMs: number
  readonly cost: number
}

/** The permits of one lane: all there are, or those that its pool may have. */
export interface LaneLimiter {
  /** The limit of all. */
  readonly limit: Limit
  /** Permits that the lane may always have. */
  readonly least: number
  /** Permits that the lane may have at most now. */
  readonly most: number
  /** How many more it could take now. */
  readonly free: number
  /** Most permits that one request may take; more could never start beside others. */
  readonly widest: number
  /** Permits that the lane has in use. */
  readonly inFlight: number
  readonly hasRoom: boolean
  /** Whether a request that takes `cost` permits may run now. */
  fits(cost: number): boolean
  /** Takes permits. Returns how many all lanes have in use with them. */
  take(cost: number): number
  give(cost: number): void
  learn(outcome: Outcome, work: FinishedWork, nowMs: number): void
  /** A request of the lane was refused for want of capacity. */
  onReject(): void
}
