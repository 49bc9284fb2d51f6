import type { WindowReport } from './adaptive-window.ts'
import type { ProbeVerdict } from './throughput-probe.ts'

/** How much of the way a full window moves the base: when much faster, a little faster, and slower. */
const MUCH_FASTER_RATIO = 0.3
const FASTER_RATIO = 0.05
const SLOWER_RATIO = 0.01
/** A window of this many samples counts in full, a smaller one in proportion. */
const FULL_WINDOW_SAMPLES = 100
/** Standard errors (of exponential work) within which a faster window may be luck. */
const LUCK_ERRORS = 3

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

  /** Takes what a probe measured under half of the limit. */
  settle(verdict: ProbeVerdict, ns: number): void {
    if (verdict === 'unclear') return
    // All of it was needed: nobody was in the way, and this is the base, be it higher than before.
    if (verdict === 'need' || ns < this.#ns) this.#ns = ns
    // Fewer served less, so hardly anybody waited any more.
    if (verdict !== 'all-queue') this.#grounded = true
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
    const luck = LUCK_ERRORS / Math.sqrt(succeeded)
    const much = latencyNs < this.#ns * (1 - luck)
    const ratio = slower ? SLOWER_RATIO : much ? MUCH_FASTER_RATIO : FASTER_RATIO
    const weight = Math.min(1, succeeded / FULL_WINDOW_SAMPLES)
    this.#ns += ratio * weight * (latencyNs - this.#ns)
  }
}
