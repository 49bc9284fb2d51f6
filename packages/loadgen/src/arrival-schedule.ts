import type { LoadPhase } from './load-options.ts'
import type { SeededRandom } from './seeded-random.ts'

/** One request that is meant to leave `atMs` after the start of the run. */
export interface Arrival {
  readonly atMs: number
  readonly phaseIndex: number
}

/** The instants at which requests are meant to leave, one after the other, made as they are asked for. */
export class ArrivalSchedule {
  readonly #phases: readonly LoadPhase[]
  readonly #random: SeededRandom | undefined
  #phaseIndex = 0
  #phaseStartMs = 0
  #previousMs = 0
  #count = 0

  /** Without `random` arrivals are evenly spaced; with it they are a Poisson process. */
  constructor(phases: readonly LoadPhase[], random?: SeededRandom) {
    this.#phases = phases
    this.#random = random
  }

  /** The next arrival, or undefined after the last phase. */
  next(): Arrival | undefined {
    for (;;) {
      const phase = this.#phases[this.#phaseIndex]
      if (phase === undefined) return undefined
      const endMs = this.#phaseStartMs + phase.durationMs
      const atMs = this.#candidateMs(phase.ratePerSecond)
      if (atMs < endMs) {
        this.#previousMs = atMs
        this.#count += 1
        return { atMs, phaseIndex: this.#phaseIndex }
      }
      // A Poisson process has no memory, so the next phase may draw afresh from its own start.
      this.#phaseIndex += 1
      this.#phaseStartMs = endMs
      this.#previousMs = endMs
      this.#count = 0
    }
  }

  #candidateMs(ratePerSecond: number): number {
    if (ratePerSecond === 0) return Number.POSITIVE_INFINITY
    const gapMs = 1000 / ratePerSecond
    if (this.#random !== undefined) return this.#previousMs + this.#random.nextExponential(gapMs)
    // Multiplied, not added up: rounding errors would cost or add a request in a long phase.
    return this.#phaseStartMs + this.#count * gapMs
  }
}
