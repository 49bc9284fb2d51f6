import type { Sample } from './sample.ts'

/**
 * A rule that turns samples into a number: how many requests may be in flight at once.
 *
 * Implement it to bring your own rule; hand it to an admission as its `limit`.
 */
export interface Limit {
  /** The limit now: an integer, at least 1. Read before every admission, so it must be cheap. */
  readonly current: number
  /** Learns from one finished request. The sample is valid during the call only: do not keep it. */
  onSample(sample: Sample): void
  /** Learns that a request found no free permit: offered load is above the limit. */
  onReject?(): void
  /** Plain data for debugging: the state and why the last change was made. */
  snapshot(): Readonly<Record<string, number | string | boolean>>
}
