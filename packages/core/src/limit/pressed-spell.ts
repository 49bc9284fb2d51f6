import type { WindowReport } from './adaptive-window.ts'

/** From this share of requests on that took one of the last permits, permits were scarce. */
const PRESSED_RATIO = 0.25
/** So many pressed windows in a row are more than a burst. */
const STANDING_WINDOWS = 2
/** So many windows without pressure, and what was found out under pressure is forgotten. */
const CALM_WINDOWS = 10
const THROUGHPUT_WEIGHT = 0.5
/** A throughput below this part of what it was is another service than the one that was probed. */
const SAME_SERVICE_RATIO = 0.7

/** A stretch of windows in which permits were scarce, and whether what a probe found in it still holds. */
export class PressedSpell {
  #pressed = 0
  #calm = 0
  #throughput = 0
  #provenThroughput = 0

  static isPressed(report: WindowReport): boolean {
    return report.pressedRatio >= PRESSED_RATIO
  }

  /** Permits have been scarce for more than a moment. */
  get standing(): boolean {
    return this.#pressed >= STANDING_WINDOWS
  }

  /** A probe has measured the base of this very service, as far as its throughput tells. */
  get proven(): boolean {
    return this.#provenThroughput > 0
  }

  prove(): void {
    this.#provenThroughput = this.#throughput
  }

  /** What was found out is not so. */
  disprove(): void {
    this.#provenThroughput = 0
  }

  /** Takes a window in. True when it disproves what was proven: throughput has fallen. */
  watch(report: WindowReport): boolean {
    if (!PressedSpell.isPressed(report)) {
      this.#pressed = 0
      this.#calm += 1
      if (this.#calm >= CALM_WINDOWS) this.#provenThroughput = 0
      return false
    }
    const throughput = report.succeeded / report.elapsedNs
    const weight = this.#pressed === 0 ? 1 : THROUGHPUT_WEIGHT
    this.#throughput += weight * (throughput - this.#throughput)
    this.#pressed += 1
    this.#calm = 0
    if (this.#throughput >= this.#provenThroughput * SAME_SERVICE_RATIO) return false
    this.disprove()
    // What is found out next is about the service as it is now.
    this.#throughput = throughput
    return true
  }
}
