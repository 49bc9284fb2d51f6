import type { FlowGroup } from './flow.ts'

const LEAST = 0.1
const MOST = 100

/** How much of the capacity a tenant is given among those who wait: 1 unless the user says otherwise. */
export type WeightOf = (tenant: string) => number

/** Asks the user's function for the weight of a tenant, once for each time it becomes active. */
export class TenantWeights {
  #weightOf: WeightOf | undefined = undefined
  #edition = 1
  #malformed = 0

  /** Weights that were no number from 0.1 to 100, or could not be told. */
  get malformed(): number {
    return this.#malformed
  }

  /** For the next charges; nobody is asked again before. */
  update(weightOf: WeightOf | undefined): void {
    this.#weightOf = weightOf
    this.#edition += 1
  }

  refresh(group: FlowGroup, tenant: string): FlowGroup {
    if (group.weightEdition === this.#edition) return group
    group.weightEdition = this.#edition
    group.weight = this.#weightOf === undefined ? 1 : this.#ask(this.#weightOf, tenant)
    return group
  }

  /** Bounded, and 1 for what is no number: whatever the function does, everybody is served. */
  #ask(weightOf: WeightOf, tenant: string): number {
    let weight: unknown
    try {
      weight = weightOf(tenant)
    } catch {
      // Counted, with what is no number.
    }
    if (typeof weight !== 'number' || Number.isNaN(weight)) {
      this.#malformed += 1
      return 1
    }
    if (weight < LEAST || weight > MOST) this.#malformed += 1
    return Math.min(Math.max(weight, LEAST), MOST)
  }
}
