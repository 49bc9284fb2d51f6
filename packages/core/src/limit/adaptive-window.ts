import type { Sample } from './sample.ts'

/** What a stretch of samples, taken under one unchanged limit, says. */
export interface WindowReport {
  /** When the window closed, in nanoseconds on the samples' clock. */
  readonly endNs: number
  readonly elapsedNs: number
  /** Samples with a usable latency. */
  readonly succeeded: number
  readonly overloaded: number
  /** Mean latency of the successes, in nanoseconds; 0 without one. */
  readonly latencyNs: number
  /** Mean and largest number in flight that a request found when it got its permit, itself included. */
  readonly meanInFlight: number
  readonly maxInFlight: number
  /** Share of requests that took one of the last permits (see `PRESSED_FROM_RATIO`). */
  readonly pressedRatio: number
}

/** How long a window must at least be; it closes with the first sample after that. */
export interface WindowBounds {
  readonly minNs: number
  readonly minSamples: number
  /** From here on `fewSamples` are enough: a quiet service must be able to learn too. */
  readonly patientNs: number
  readonly fewSamples: number
}

/** A request that finds this much of the limit in use took one of the last permits. */
const PRESSED_FROM_RATIO = 0.9

/**
 * Adds up samples until there are enough to say something. Time comes from the samples themselves (start
 * plus latency), samples are never thrown away for being few, and nothing is allocated per sample.
 */
export class AdaptiveWindow {
  #startNs = Number.NaN
  #settledNs = Number.NEGATIVE_INFINITY
  #endNs = 0
  #bounds: WindowBounds
  #pressedFrom = 1
  #succeeded = 0
  #overloaded = 0
  #latencySumNs = 0
  #inFlightSum = 0
  #maxInFlight = 0
  #pressed = 0

  constructor(bounds: WindowBounds, limit: number) {
    this.#bounds = bounds
    this.open(bounds, limit, Number.NaN)
  }

  /**
   * Starts over. Samples that end before `settledNs` are left out: they lived under another limit. (By their
   * end, not their start: leaving out what began earlier would keep the short requests and lose the long.)
   */
  open(bounds: WindowBounds, limit: number, settledNs: number): void {
    this.#bounds = bounds
    this.#pressedFrom = Math.max(1, Math.ceil(limit * PRESSED_FROM_RATIO))
    this.#startNs = settledNs
    this.#settledNs = settledNs
    this.#succeeded = 0
    this.#overloaded = 0
    this.#latencySumNs = 0
    this.#inFlightSum = 0
    this.#maxInFlight = 0
    this.#pressed = 0
  }

  /** Goes on with other bounds; what was taken in stays. */
  extend(bounds: WindowBounds): void {
    this.#bounds = bounds
  }

  /** Takes a sample in. True when the window may close. */
  add(sample: Sample, latencyNs: number): boolean {
    const endNs = sample.startNs + latencyNs
    if (endNs < this.#settledNs) return false
    if (!(endNs >= this.#startNs)) this.#startNs = endNs - latencyNs
    this.#endNs = endNs
    if (sample.overloaded) {
      this.#overloaded += 1
    } else {
      this.#succeeded += 1
      this.#latencySumNs += latencyNs
    }
    const { inFlight } = sample
    this.#inFlightSum += inFlight
    if (inFlight > this.#maxInFlight) this.#maxInFlight = inFlight
    if (inFlight >= this.#pressedFrom) this.#pressed += 1
    return this.#isRipe()
  }

  report(): WindowReport {
    const count = this.#succeeded + this.#overloaded
    return {
      endNs: this.#endNs,
      elapsedNs: Math.max(1, this.#endNs - this.#startNs),
      succeeded: this.#succeeded,
      overloaded: this.#overloaded,
      latencyNs: this.#succeeded === 0 ? 0 : this.#latencySumNs / this.#succeeded,
      meanInFlight: count === 0 ? 0 : this.#inFlightSum / count,
      maxInFlight: this.#maxInFlight,
      pressedRatio: count === 0 ? 0 : this.#pressed / count,
    }
  }

  #isRipe(): boolean {
    const elapsedNs = this.#endNs - this.#startNs
    const count = this.#succeeded + this.#overloaded
    const { minNs, minSamples, patientNs, fewSamples } = this.#bounds
    if (count >= minSamples) return elapsedNs >= minNs
    return count >= fewSamples && elapsedNs >= patientNs
  }
}
