import type { ModelFlow, ModelRequest } from './model-flow.ts'

/** Buckets of the calendar, and how far ahead of virtual time a debt can reach. */
const BUCKETS = 1_024
const MOST_OWED = 1_000
/** How far a flow that was charged too much may come before those who wait. */
const MOST_CREDIT = 32
const LEAST_HELD_MS = 0.001

/** Virtual time of one tier, and the order of turns in it, by scanning the flows. */
export class ModelTime {
  now = 0
  #latest = 0
  #base = 0
  #orders = 0
  readonly #flows: () => readonly ModelFlow[]

  /** `flows`: those of the tier. */
  constructor(flows: () => readonly ModelFlow[]) {
    this.#flows = flows
  }

  get inTurn(): ModelFlow[] {
    return this.#flows().filter(({ turn }) => turn !== undefined)
  }

  /** The one with the earliest bucket; among equals the one that came into it first. */
  first(): ModelFlow {
    const [first, ...others] = this.inTurn as [ModelFlow, ...ModelFlow[]]
    return others.reduce((best, flow) => (isBefore(flow, best) ? flow : best), first)
  }

  join(flow: ModelFlow): void {
    flow.start = Math.max(flow.start, this.now)
  }

  enter(flow: ModelFlow, isFirst: boolean): void {
    flow.weight = flow.group.weight
    this.#place(flow, isFirst)
  }

  /** `sumWeights`: of those in turn, and of itself. */
  charge(flow: ModelFlow, units: number, sumWeights: number): void {
    this.now = Math.max(this.now + units / sumWeights, flow.start)
    this.#owe(flow, flow.start + units / flow.weight)
    this.#advance()
    if (flow.turn !== undefined) this.#place(flow, false)
  }

  correct(flow: ModelFlow, units: number): void {
    const least = flow.turn === undefined ? 0 : this.#base - MOST_CREDIT
    this.#owe(flow, Math.max(flow.start + units / flow.weight, least))
    if (flow.turn !== undefined) this.#place(flow, false)
  }

  forgive(): void {
    this.now = Math.max(this.now, this.#latest)
    this.#advance()
  }

  sumWeights(except?: ModelFlow): number {
    return this.inTurn.reduce((sum, flow) => (flow === except ? sum : sum + flow.weight), 0)
  }

  #owe(flow: ModelFlow, start: number): void {
    flow.start = Math.min(start, this.now + MOST_OWED)
    this.#latest = Math.max(this.#latest, flow.start)
  }

  /** The calendar begins at virtual time, but not after who is in it. */
  #advance(): void {
    const buckets = this.inTurn.map(({ turn }) => turn?.bucket as number)
    this.#base = Math.max(this.#base, Math.min(Math.floor(this.now), ...buckets))
  }

  #place(flow: ModelFlow, isFirst: boolean): void {
    flow.turn = undefined
    const bucket = Math.floor(flow.start)
    this.#orders += 1
    flow.turn = {
      bucket: Math.min(Math.max(bucket, this.#base), this.#base + BUCKETS - 1),
      order: isFirst ? -this.#orders : this.#orders,
    }
  }
}

/** What requests are charged: their cost, times how long those of their flow take against the mean. */
export class ModelCharge {
  #meanMs = 0

  estimate(flow: ModelFlow, cost: number): number {
    return flow.slotMs === 0 || this.#meanMs === 0 ? cost : (cost * flow.slotMs) / this.#meanMs
  }

  settle({ flow, cost, startedMs }: ModelRequest, nowMs: number): number {
    const heldMs = Math.max(nowMs - startedMs, LEAST_HELD_MS)
    const unitMs = this.#meanMs === 0 ? heldMs : Math.max(this.#meanMs, heldMs / 100)
    this.#meanMs = average(this.#meanMs, heldMs, 0.02)
    flow.slotMs = average(flow.slotMs, heldMs, 0.2)
    return (cost * heldMs) / unitMs
  }
}

function average(mean: number, value: number, weight: number): number {
  return mean === 0 ? value : mean + weight * (value - mean)
}

function isBefore(flow: ModelFlow, other: ModelFlow): boolean {
  const [a, b] = [flow.turn, other.turn]
  if (a === undefined || b === undefined) throw new Error('not in turn')
  return a.bucket < b.bucket || (a.bucket === b.bucket && a.order < b.order)
}
