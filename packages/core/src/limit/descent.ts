import type { WindowReport } from './adaptive-window.ts'
import { PressedSpell } from './pressed-spell.ts'

/** Until what is in flight has fallen by this much (natural logarithm: about 26 %), nothing is concluded. */
const LEAST_FALL = 0.3
/** Throughput that fell by at least this part of what was in flight fell with the limit. */
const FELL_WITH_LIMIT_RATIO = 0.6
/** Throughput that fell by at most this part of it did not: the way down was right so far. */
const KEPT_RATIO = 0.5
/** Standard errors (of exponential work) within which a throughput may have fallen by luck. */
const LUCK_ERRORS = 2

/**
 * Watches the limit come down. Each step says that requests waited for one another. If that is wrong, because the
 * queue was measured against the base of some other work, then throughput falls with the limit, and latency does
 * not: every way down is an experiment like a probe, and costs nothing to read.
 */
export class Descent {
  #top: WindowReport | undefined
  #topLimit = 0

  /** The limit to go back to when the way down was a mistake. */
  get topLimit(): number {
    return this.#topLimit
  }

  /** The limit comes down from `limit`, under which `report` was taken. */
  begin(report: WindowReport, limit: number): void {
    if (this.#top === undefined) this.#moveTop(report, limit)
  }

  forget(): void {
    this.#top = undefined
  }

  /** Takes a window in that was taken under `limit`. True when it shows that the way down was a mistake. */
  watch(report: WindowReport, limit: number): boolean {
    const top = this.#top
    if (top === undefined) return false
    // With permits to spare, what was served says nothing about the limit.
    if (!PressedSpell.isPressed(report) || limit >= this.#topLimit) {
      this.forget()
      return false
    }
    const fewer = Math.log(top.meanInFlight / report.meanInFlight)
    if (fewer < LEAST_FALL) return false
    const less = Math.log(top.succeeded / top.elapsedNs / (report.succeeded / report.elapsedNs))
    if (less <= fewer * KEPT_RATIO) this.#moveTop(report, limit)
    const luck = LUCK_ERRORS * Math.sqrt(1 / top.succeeded + 1 / report.succeeded)
    return less >= fewer * FELL_WITH_LIMIT_RATIO && less > luck
  }

  #moveTop(report: WindowReport, limit: number): void {
    this.#top = report
    this.#topLimit = limit
  }
}
