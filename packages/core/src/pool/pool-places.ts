import type { Limiter } from '../limiter/limiter.ts'
import type { PoolSet } from './pool-set.ts'

/** The part of the waiting room that is kept for pools, each its fair part; the rest is whose comes first. */
const KEPT_RATIO = 0.5

/**
 * How many of all places in the waiting room a pool may use. They are lent as permits are: a pool may
 * take what is free as long as what is kept for the others stays so, and never more than its part of
 * the permits. Together they are never more than all, but for one that each pool has.
 */
export class PoolPlaces {
  readonly #pools: PoolSet
  readonly #limiter: Limiter
  /** By pool. */
  readonly #rooms: { readonly queued: number }[] = []

  constructor(pools: PoolSet, limiter: Limiter) {
    this.#pools = pools
    this.#limiter = limiter
  }

  /** The waiting room of the next pool. */
  add(room: { readonly queued: number }): void {
    this.#rooms.push(room)
  }

  /** `all`: how many may wait in all pools together. */
  placesOf(pool: number, all: number): number {
    const limit = this.#limiter.most
    const most = Math.ceil((all * this.#pools.shareOf(pool, limit).most) / limit)
    let others = 0
    for (let other = 0; other < this.#rooms.length; other += 1) {
      if (other === pool) continue
      const kept = Math.floor(all * KEPT_RATIO * this.#pools.partOf(other))
      others += Math.max(kept, (this.#rooms[other] as { queued: number }).queued)
    }
    return Math.max(1, Math.min(most, all - others))
  }
}
