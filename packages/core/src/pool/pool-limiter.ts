import type { Outcome } from '../admission/permit.ts'
import type { Limit } from '../limit/limit.ts'
import type { FinishedWork, LaneLimiter } from '../limiter/lane-limiter.ts'
import { Limiter } from '../limiter/limiter.ts'
import type { PoolSet } from './pool-set.ts'
import type { PooledTurns } from './pooled-turns.ts'

export interface PoolLimiterParts {
  /** Of all pools together. */
  readonly limiter: Limiter
  readonly pools: PoolSet
  readonly turns: PooledTurns
}

/**
 * The permits of one pool, under the limit of all: both permits are taken or none, and what its work
 * teaches goes to the limit of all and to its own, if it has one.
 */
export class PoolLimiter implements LaneLimiter {
  readonly #all: Limiter
  readonly #pools: PoolSet
  readonly #turns: PooledTurns
  readonly #pool: number
  #ownLimiter: Limiter | undefined = undefined

  constructor({ limiter, pools, turns }: PoolLimiterParts, pool: number) {
    this.#all = limiter
    this.#pools = pools
    this.#turns = turns
    this.#pool = pool
  }

  get limit(): Limit {
    return this.#all.limit
  }

  get least(): number {
    return this.#pools.shareOf(this.#pool, this.#all.most).least
  }

  get most(): number {
    return this.#pools.shareOf(this.#pool, this.#all.most).most
  }

  get free(): number {
    return this.#pools.freeOf(this.#pool, this.#all.most)
  }

  get widest(): number {
    return Math.min(this.most, this.#pools.maxCost(this.#pool, this.#all.most))
  }

  get inFlight(): number {
    return this.#pools.inFlightOf(this.#pool)
  }

  get hasRoom(): boolean {
    return this.free > 0
  }

  /** Whether it would be its turn, too: nobody passes those of other pools for whom permits are kept. */
  fits(cost: number): boolean {
    return this.#turns.isNext(this.#pool, cost)
  }

  take(cost: number): number {
    this.#pools.start(this.#pool, cost)
    return this.#all.take(cost)
  }

  give(cost: number): void {
    this.#pools.finish(this.#pool, cost)
    this.#all.give(cost)
  }

  learn(outcome: Outcome, work: FinishedWork, nowMs: number): void {
    const { inPool, startedMs } = work
    this.#turns.settle(this.#pool, work, nowMs)
    this.#all.learn(outcome, work, nowMs)
    this.#own()?.learn(outcome, { inFlight: inPool, startedMs }, nowMs)
  }

  onReject(): void {
    this.#all.onReject()
    const own = this.#pools.limitOf(this.#pool)
    if (own !== undefined && this.inFlight >= own.current) own.onReject?.()
  }

  /** Of the limit that the options name now, if they do. */
  #own(): Limiter | undefined {
    const limit = this.#pools.limitOf(this.#pool)
    if (limit !== this.#ownLimiter?.limit) {
      this.#ownLimiter = limit === undefined ? undefined : new Limiter(limit, () => {})
    }
    return this.#ownLimiter
  }
}
