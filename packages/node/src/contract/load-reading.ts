import type { Admission } from '../admission/admission.ts'

/** An answer in a thousand may be this much behind. */
const FRESH_MS = 100

/** How loaded a service is, read ten times a second at most: a snapshot costs more than a request may. */
export class LoadReading {
  readonly #admission: Admission
  #readMs = Number.NEGATIVE_INFINITY
  #admitted = 0
  #perSecond = 0
  #limit = 0
  #inFlight = 0
  #load = ''

  constructor(admission: Admission) {
    this.#admission = admission
  }

  /** Requests that may run at once, and could still begin. */
  get concurrency(): { readonly limit: number; readonly remaining: number } {
    this.#refresh()
    const limit = Math.floor(this.#limit)
    return { limit, remaining: Math.max(0, limit - this.#inFlight) }
  }

  /** In the text form of ORCA: `TEXT application_utilization=0.8,rps_fractional=120,...`. */
  get load(): string {
    this.#refresh()
    return this.#load
  }

  #refresh(): void {
    const nowMs = this.#admission.clock.nowMs()
    const passedMs = nowMs - this.#readMs
    if (passedMs < FRESH_MS) return
    const { limit, inFlight, queued, pressure, admitted } = this.#admission.snapshot()
    const total = Object.values(admitted).reduce((sum, count) => sum + count, 0)
    if (passedMs !== Number.POSITIVE_INFINITY) {
      this.#perSecond = (1_000 * (total - this.#admitted)) / passedMs
    }
    this.#readMs = nowMs
    this.#admitted = total
    this.#limit = limit
    this.#inFlight = inFlight
    // Those who wait are load as well: above 1 there is more to do than can be done.
    const utilization = Math.max((inFlight + queued) / Math.max(limit, 1), pressure)
    this.#load = [
      `TEXT application_utilization=${round(utilization)}`,
      `rps_fractional=${round(this.#perSecond)}`,
      `named_metrics.inflight=${inFlight}`,
      `named_metrics.limit=${Math.floor(limit)}`,
    ].join(',')
  }
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
