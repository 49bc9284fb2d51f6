import type { LatencyStatistic } from './sample-window.ts'

/** A percentile of the first `capacity` latencies; what comes after them is turned away, as in the original. */
export class PercentileLatency implements LatencyStatistic {
  readonly #percentile: number
  readonly #latenciesNs: Float64Array
  #count = 0

  /** @param percentile Above 0, below 1: 0.9 is exceeded by one latency in ten. */
  constructor(percentile: number, capacity: number) {
    this.#percentile = percentile
    this.#latenciesNs = new Float64Array(capacity)
  }

  add(latencyNs: number): boolean {
    if (this.#count === this.#latenciesNs.length) return false
    this.#latenciesNs[this.#count] = latencyNs
    this.#count += 1
    return true
  }

  latencyNs(): number {
    const sorted = this.#latenciesNs.subarray(0, this.#count).sort()
    // A low percentile of few latencies rounds to rank 0, which does not exist: the lowest is meant.
    const rank = Math.max(1, Math.round(this.#count * this.#percentile))
    return sorted[rank - 1] as number
  }

  reset(): void {
    this.#count = 0
  }
}
