import type { LatencyStatistic } from './sample-window.ts'

/** The mean, in whole nanoseconds: exact while the sum is below 2^53 (104 days of latency in one window). */
export class AverageLatency implements LatencyStatistic {
  #sumNs = 0
  #count = 0

  add(latencyNs: number): boolean {
    this.#sumNs += latencyNs
    this.#count += 1
    return true
  }

  latencyNs(): number {
    return Math.floor(this.#sumNs / this.#count)
  }

  reset(): void {
    this.#sumNs = 0
    this.#count = 0
  }
}
