import type { Ending } from '../gate/gate.ts'
import { quantile } from './quantile.ts'

/** What became of the requests that arrived in an interval. */
export interface Tally {
  readonly offered: number
  readonly refused: number
  readonly expired: number
  /** Answered within the patience, or so dear that nobody could have been in time. */
  readonly good: number
  /** Answered after the patience although the work alone would have been in time. */
  readonly late: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** The same from permit to answer, the wait for the permit left out. */
  readonly servedP99Ms: number
}

/** Counts endings of requests that arrived from `fromMs` up to `toMs`. */
export class Recorder {
  readonly #fromMs: number
  readonly #toMs: number
  readonly #patienceMs: number
  readonly #latenciesMs: number[] = []
  readonly #servedMs: number[] = []
  #refused = 0
  #expired = 0
  #late = 0

  constructor(interval: {
    readonly fromMs: number
    readonly toMs: number
    readonly patienceMs: number
  }) {
    this.#fromMs = interval.fromMs
    this.#toMs = interval.toMs
    this.#patienceMs = interval.patienceMs
  }

  add(ending: Ending): void {
    if (ending.arrivedMs < this.#fromMs || ending.arrivedMs >= this.#toMs) return
    if (ending.kind === 'refused') this.#refused += 1
    else if (ending.kind === 'expired') this.#expired += 1
    else {
      this.#latenciesMs.push(ending.latencyMs)
      this.#servedMs.push(ending.servedMs)
      if (ending.latencyMs > this.#patienceMs && ending.workMs <= this.#patienceMs) this.#late += 1
    }
  }

  tally(): Tally {
    const answered = this.#latenciesMs.length
    const latenciesMs = Float64Array.from(this.#latenciesMs)
    return {
      offered: answered + this.#refused + this.#expired,
      refused: this.#refused,
      expired: this.#expired,
      good: answered - this.#late,
      late: this.#late,
      p50Ms: quantile(latenciesMs, 0.5),
      p99Ms: quantile(latenciesMs, 0.99),
      servedP99Ms: quantile(Float64Array.from(this.#servedMs), 0.99),
    }
  }
}
