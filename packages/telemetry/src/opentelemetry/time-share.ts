import { performance } from 'node:perf_hooks'

/** So much of the time may go into somebody else's exporter, meter or tracer; each has a share. */
export const DEFAULT_TIME_RATIO = 0.005
/** What was not used up to now may be used at once, up to this: more would be a pause that clients feel. */
const MAX_SAVED_MS = 10
/** When nothing is left the clock is not asked for each of them: that alone would cost a hundredth of hello world. */
const UNASKED = 15

/**
 * Calls into code that is not ours and may block or throw: within a share of the time, and never with an
 * error for the caller. What does not fit is dropped and counted.
 */
export class TimeShare {
  readonly #ratio: number
  #savedMs = MAX_SAVED_MS
  #lastMs = performance.now()
  #unasked = 0
  #dropped = 0
  #errors = 0

  constructor(ratio: number = DEFAULT_TIME_RATIO) {
    this.#ratio = ratio
  }

  get dropped(): number {
    return this.#dropped
  }

  get errors(): number {
    return this.#errors
  }

  /** Whether there is time left; what there is not is counted. */
  tryTake(): boolean {
    if (this.#ratio >= 1) return true
    if (this.#unasked > 0) {
      this.#unasked -= 1
      this.#dropped += 1
      return false
    }
    const nowMs = performance.now()
    this.#savedMs = Math.min(MAX_SAVED_MS, this.#savedMs + (nowMs - this.#lastMs) * this.#ratio)
    this.#lastMs = nowMs
    if (this.#savedMs > 0) return true
    this.#unasked = UNASKED
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
