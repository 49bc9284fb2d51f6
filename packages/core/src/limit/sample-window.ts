import type { Sample } from './sample.ts'

/** What a window makes of its latencies. */
export interface LatencyStatistic {
  /** Takes one latency in. False when there is no more room: then the sample counts for nothing. */
  add(latencyNs: number): boolean
  /** Of all taken in since the last `reset`, of which there is at least one. */
  latencyNs(): number
  reset(): void
}

/** Collects samples until they are summed up in one. Reused window after window, so that it allocates nothing. */
export class SampleWindow {
  readonly #statistic: LatencyStatistic
  #count = 0
  #shortestNs = 0
  #maxInFlight = 0
  #overloaded = false

  constructor(statistic: LatencyStatistic) {
    this.#statistic = statistic
  }

  get count(): number {
    return this.#count
  }

  /** The shortest latency in the window; 0 while it is empty. */
  get shortestNs(): number {
    return this.#shortestNs
  }

  add(latencyNs: number, inFlight: number, overloaded: boolean): void {
    if (!this.#statistic.add(latencyNs)) return
    if (this.#count === 0 || latencyNs < this.#shortestNs) this.#shortestNs = latencyNs
    if (inFlight > this.#maxInFlight) this.#maxInFlight = inFlight
    if (overloaded) this.#overloaded = true
    this.#count += 1
  }

  /** All of the window as one sample: the busiest moment, and overloaded when any sample was. */
  summary(startNs: number): Sample {
    return {
      startNs,
      latencyNs: this.#statistic.latencyNs(),
      inFlight: this.#maxInFlight,
      overloaded: this.#overloaded,
    }
  }

  reset(): void {
    this.#statistic.reset()
    this.#count = 0
    this.#shortestNs = 0
    this.#maxInFlight = 0
    this.#overloaded = false
  }
}
