import { performance } from 'node:perf_hooks'

/** So much of the time may go into somebody else's exporter, meter or tracer. */
const SHARE = 0.01
/** What was not used up to now may be used at once, up to this. */
const MAX_SAVED_MS = 100

/**
 * Calls into code that is not ours and may block or throw: within a hundredth of the time, and never
 * with an error for the caller. What does not fit is dropped and counted.
 */
export class TimeShare {
  #savedMs = MAX_SAVED_MS
  #lastMs = performance.now()
  #dropped = 0
  #errors = 0

  get dropped(): number {
    return this.#dropped
  }

  get errors(): number {
    return this.#errors
  }

  /** Whether there is time left; what there is not is counted. */
  tryTake(): boolean {
    const nowMs = performance.now()
    this.#savedMs = Math.min(MAX_SAVED_MS, this.#savedMs + (nowMs - this.#lastMs) * SHARE)
    this.#lastMs = nowMs
    if (this.#savedMs > 0) return true
    this.#dropped += 1
    return false
  }

  /** Runs `work` and takes its time from what is left. */
  spend<Result>(work: () => Result): Result | undefined {
    const startMs = performance.now()
    try {
      return work()
    } catch {
      // Not the service's failure: it is counted, and told as a metric.
      this.#errors += 1
      return undefined
    } finally {
      this.#savedMs -= performance.now() - startMs
    }
  }
}
