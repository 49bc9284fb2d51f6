import type { Permit } from './permit.ts'

/** Why a request was refused. A closed union: clients, metrics and tests may rely on it. */
export type RejectReason =
  /** The process is going away: come back, to another one. */
  | 'draining'
  /** The waiting room is taken to the share that this tier may use. */
  | 'shed'
  /** The waiting room has no place left, or there is none and every permit is in use. */
  | 'full'
  /** The tenant has as many requests queued or in flight as one tenant may have. */
  | 'tenant-full'
  /** The tenant's own rate is used up. */
  | 'tenant-rate'
  /** The rate of all together is used up. */
  | 'rate'
  /** It waited as long as it may, or its deadline passed. */
  | 'expired'
  /** Its deadline would pass before its turn came. */
  | 'doomed'
  /** A more important request took its place in the waiting room. */
  | 'evicted'
  /** A newer request of its tier took its place: in a standing queue, or because its flow was the longest. */
  | 'replaced'
  /** Its client left, or its signal was aborted. */
  | 'cancelled'
  /** The process is so near the end of a resource that only critical work is let in. */
  | 'pressure'

/** The reasons, in a fixed order: a reason's index is its place in counters. */
export const REJECT_REASONS: readonly RejectReason[] = Object.freeze([
  'draining',
  'shed',
  'full',
  'tenant-full',
  'tenant-rate',
  'rate',
  'expired',
  'doomed',
  'evicted',
  'replaced',
  'cancelled',
  'pressure',
] as const)

/** The answer to an admitted request. */
export interface Admitted {
  readonly admitted: true
  readonly permit: Permit
}

/** The answer to a refused request. */
export interface Rejection {
  readonly admitted: false
  readonly reason: RejectReason
  /** When it is worth asking again, in milliseconds; 1,000 to 30,000, jittered. */
  readonly retryAfterMs: number
}

/** The answer to a request: expected and frequent either way, so a value and never an exception. */
export type Decision = Admitted | Rejection
