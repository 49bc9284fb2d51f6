import type { Population } from './population.ts'

/** What a client wants, with all its tries. */
export class Call {
  readonly population: Population
  /** The tenant, the anonymous name, or nobody. */
  readonly owner: string | undefined
  readonly arrivedMs: number
  endedMs = 0
  tries = 0
  /** Answered while its client still waited. */
  isGood = false

  constructor(population: Population, owner: string | undefined, arrivedMs: number) {
    this.population = population
    this.owner = owner
    this.arrivedMs = arrivedMs
  }

  get latencyMs(): number {
    return this.endedMs - this.arrivedMs
  }
}
