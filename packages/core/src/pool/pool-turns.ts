/** Sums of fractions lose digits as they grow; from here on, both sides are counted down. */
const REBASE_FROM = 2 ** 32

/**
 * Whose turn it is between pools that have work waiting: start-time fair queueing. Each pool has a time
 * of its own, which what it is charged moves on, the slower the larger its weight; the pool that is
 * furthest behind is next. The pools are few and always the same, so a scan over them is all it takes.
 *
 * Source: Goyal, Vin and Cheng, "Start-time fair queuing" (SIGCOMM 1996). Explained in
 * docs/algorithms/pools.md.
 */
export class PoolTurns {
  #weights: readonly number[]
  readonly #starts: number[]
  #now = 0

  constructor(weights: readonly number[]) {
    this.#weights = weights
    this.#starts = weights.map(() => 0)
  }

  /** Counts from the next charge on. */
  update(weights: readonly number[]): void {
    this.#weights = weights
  }

  /** Of two pools, whether the first is further behind; the earlier one of two that are equal. */
  isBefore(pool: number, other: number): boolean {
    const [start, otherStart] = [this.#starts[pool] as number, this.#starts[other] as number]
    return start < otherStart || (start === otherStart && pool < other)
  }

  /** The pool takes part again: what it did not ask for meanwhile is no claim on what comes. */
  enter(pool: number): void {
    this.#starts[pool] = Math.max(this.#starts[pool] as number, this.#now)
  }

  /** Something of the pool starts. */
  start(pool: number, units: number): void {
    // Held back by its maximum or charged too much before, it goes first once, and that is all its claim.
    this.enter(pool)
    this.#now = this.#starts[pool] as number
    this.correct(pool, units)
  }

  /** What it was charged was wrong by `units`: too little when they are above 0. */
  correct(pool: number, units: number): void {
    ;(this.#starts[pool] as number) += units / (this.#weights[pool] as number)
    if (this.#now > REBASE_FROM) this.#rebase()
  }

  #rebase(): void {
    for (let pool = 0; pool < this.#starts.length; pool += 1) {
      this.#starts[pool] = Math.max(0, (this.#starts[pool] as number) - this.#now)
    }
    this.#now = 0
  }
}
