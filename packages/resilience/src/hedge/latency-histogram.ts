import { type Clock, checkNumber, type ResolvedOptions, withDefaults } from '@headgate/core'

const BUCKETS = 256
const LEAST_MS = 0.1
const MOST_MS = 100_000
const LOG_GROWTH = Math.log(MOST_MS / LEAST_MS) / (BUCKETS - 1)
const GROWTH = Math.exp(LOG_GROWTH)

/**
 * The most by which a quantile differs from the sample that it stands for, as a share of it, for
 * latencies from 0.1 ms to 100 s: 0.027. What lies outside counts as the nearer end.
 */
export const LATENCY_QUANTILE_ERROR: number = (GROWTH - 1) / (GROWTH + 1)

export interface LatencyHistogramOptions {
  /** A sample counts for this long at least, and twice as long at most. Milliseconds, above 0. Default 30,000. */
  readonly windowMs?: number | undefined
}

export const LATENCY_HISTOGRAM_DEFAULTS: ResolvedOptions<LatencyHistogramOptions> = Object.freeze({
  windowMs: 30_000,
})

/**
 * Quantiles of recent latencies in 2 KiB, however many there are: 256 buckets whose bounds grow by 5.6 %,
 * in two generations, of which the older is dropped when a window is over. Recording is O(1), a quantile
 * O(256).
 *
 * Source: Masson, Rim and Lee, "DDSketch" (VLDB 2019), for the buckets and their error. Explained in
 * docs/algorithms/hedging.md.
 */
export class LatencyHistogram {
  readonly #clock: Clock
  readonly #windowMs: number
  #current: Uint32Array = new Uint32Array(BUCKETS)
  #previous: Uint32Array = new Uint32Array(BUCKETS)
  #currentCount = 0
  #previousCount = 0
  #sinceMs: number

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
  constructor(clock: Clock, options: LatencyHistogramOptions = {}) {
    const { windowMs } = withDefaults(options, LATENCY_HISTOGRAM_DEFAULTS)
    checkNumber('windowMs', windowMs, { above: 0 })
    this.#clock = clock
    this.#windowMs = windowMs
    this.#sinceMs = clock.nowMs()
  }

  /** Samples that count now. */
  get count(): number {
    this.#rotate(this.#clock.nowMs())
    return this.#currentCount + this.#previousCount
  }

  /** Milliseconds; negative counts as 0, and what is not a number is left out. */
  record(latencyMs: number): void {
    if (Number.isNaN(latencyMs)) return
    this.#rotate(this.#clock.nowMs())
    const bucket = bucketOf(latencyMs)
    this.#current[bucket] = (this.#current[bucket] as number) + 1
    this.#currentCount += 1
  }

  /**
   * The least latency, in milliseconds, that at least this share (0 to 1) of the samples do not exceed;
   * `undefined` when there are none.
   */
  quantileMs(share: number): number | undefined {
    const { count } = this
    if (count === 0) return undefined
    const rank = Math.max(1, Math.ceil(Math.min(1, share) * count))
    let seen = 0
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      seen += (this.#current[bucket] as number) + (this.#previous[bucket] as number)
      if (seen >= rank) return middleOf(bucket)
    }
    return MOST_MS
  }

  #rotate(nowMs: number): void {
    const elapsedMs = nowMs - this.#sinceMs
    if (elapsedMs < this.#windowMs) return
    const oldest = this.#previous
    this.#previous = this.#current
    this.#previousCount = this.#currentCount
    this.#current = oldest.fill(0)
    this.#currentCount = 0
    this.#sinceMs = nowMs - (elapsedMs % this.#windowMs)
    if (elapsedMs < 2 * this.#windowMs) return
    this.#previous.fill(0)
    this.#previousCount = 0
  }
}

/** Bucket 0 holds what is at most `LEAST_MS`; bucket n what is above n − 1 growths of it, and at most n. */
function bucketOf(latencyMs: number): number {
  if (latencyMs <= LEAST_MS) return 0
  return Math.min(BUCKETS - 1, Math.ceil(Math.log(latencyMs / LEAST_MS) / LOG_GROWTH))
}

/** As far from both bounds of the bucket, as a share of them. */
function middleOf(bucket: number): number {
  if (bucket === 0) return LEAST_MS
  return (LEAST_MS * Math.exp(LOG_GROWTH * bucket) * 2) / (1 + GROWTH)
}
