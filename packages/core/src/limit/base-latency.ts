import type { WindowReport } from './adaptive-window.ts'

/** How much of the way a full window moves the base when it was faster, and when it was slower. */
const FASTER_RATIO = 0.3
const SLOWER_RATIO = 0.01
/** A window of this many samples counts in full, a smaller one in proportion. */
const FULL_WINDOW_SAMPLES = 100

/**
 * What a request takes when nobody is in its way: the base that a queue is measured against.
 *
 * It follows faster windows quickly and slower ones hardly at all, and slower ones only where nothing was
 * scarce: a base that rises with the queue would soon call the queue normal. If the work itself has become
 * slower, a probe finds out and sets it.
 */
export class BaseLatency {
  #ns = 0
  #grounded = false

  get ns(): number {
    return this.#ns
  }

  /** Measured at least once with nobody in the way. Until then it is only known not to be higher. */
  get grounded(): boolean {
    return this.#grounded
  }

  /** Takes the latency of requests that had nobody in their way. */
  ground(ns: number): void {
    this.#ns = ns
    this.#grounded = true
  }

  /** Takes a latency that the base is known not to be above. */
  lower(ns: number): void {
    if (ns < this.#ns) this.#ns = ns
  }

  /** Learns from a window with at least one success. `quiet`: neither permits nor the loop were scarce. */
  learn({ latencyNs, succeeded }: WindowReport, quiet: boolean): void {
    if (quiet) this.#grounded = true
    if (this.#ns === 0) {
      this.#ns = latencyNs
      return
    }
    const slower = latencyNs > this.#ns
    if (slower && !quiet) return
    const weight = Math.min(1, succeeded / FULL_WINDOW_SAMPLES)
    this.#ns += (slower ? SLOWER_RATIO : FASTER_RATIO) * weight * (latencyNs - this.#ns)
  }
}
