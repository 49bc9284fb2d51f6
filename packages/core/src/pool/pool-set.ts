import type { Limit } from '../limit/limit.ts'
import { checkOneOf } from '../option/check-option.ts'
import { InvalidOptionError } from '../option/invalid-option-error.ts'
import { DEFAULT_POOL, type PoolOptions, type ResolvedPool, resolvePools } from './pool-options.ts'
import { fairParts, type PoolShare, poolShares } from './pool-shares.ts'
import { PoolTurns } from './pool-turns.ts'

/** What hinders a start, if anything does. Each kind of hindrance says who may go before it. */
export type PoolRoom =
  /** Nothing. */
  | 'free'
  /** The pool has all it may have: the others go on. */
  | 'capped'
  /** Others have borrowed what it may borrow: those below their minimum go on. */
  | 'lent'
  /** All together have too much in use: nobody goes on, or a wide request would never find room. */
  | 'full'

/** One pool as plain JSON. */
export interface PoolState {
  readonly inFlight: number
  readonly least: number
  readonly most: number
}

/**
 * Bulkheads: permits in use by pool, under a limit that they share and that may change at any time. A
 * pool has its minimum whenever it wants it, may borrow what is idle as long as the minimums of the
 * others stay free, and never has more than its maximum or a limit of its own. Pools are known by their
 * index. It counts and chooses; where requests wait is the caller's affair. Every operation is
 * O(pools), of which there are at most 32, and choosing whose turn it is O(pools²). Explained in docs/algorithms/pools.md.
 */
export class PoolSet {
  /** By index. */
  readonly names: readonly string[]
  #pools: readonly ResolvedPool[]
  readonly #indexes: ReadonlyMap<unknown, number>
  readonly #turns: PoolTurns
  readonly #inFlight: number[]
  #parts: readonly number[]
  #shares: readonly PoolShare[] = []
  #sharesOf = 0
  #total = 0
  #unknown = 0

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range. */
  constructor(pools: Readonly<Record<string, PoolOptions>> = {}) {
    this.#pools = resolvePools(pools)
    this.names = this.#pools.map(({ name }) => name)
    this.#indexes = new Map(this.names.map((name, pool) => [name, pool]))
    this.#turns = new PoolTurns(this.#pools.map(({ weight }) => weight))
    this.#inFlight = this.#pools.map(() => 0)
    this.#parts = fairParts(this.#pools)
  }

  /** Permits in use, of all pools. */
  get inFlight(): number {
    return this.#total
  }

  /** Requests that named a pool that does not exist, and went to the default one. */
  get unknown(): number {
    return this.#unknown
  }

  /**
   * For configuration, where a wrong name is a mistake.
   *
   * @throws {InvalidOptionError} that lists the names, unless `name` is one of them.
   */
  checkName(option: string, name: unknown): void {
    checkOneOf(option, name, this.names)
  }

  /** For requests: the index of the pool; the default pool's for none, and for an unknown one, which is counted. */
  indexOf(name: unknown): number {
    const pool = this.#indexes.get(name ?? DEFAULT_POOL)
    if (pool !== undefined) return pool
    this.#unknown += 1
    return this.#indexes.get(DEFAULT_POOL) as number
  }

  /** The pool's own limit, which learns from what runs in it. */
  limitOf(pool: number): Limit | undefined {
    return this.#pools[pool]?.limit
  }

  inFlightOf(pool: number): number {
    return this.#inFlight[pool] as number
  }

  /** Its part of anything while all pools want it; 0 to 1, together 1. */
  partOf(pool: number): number {
    return this.#parts[pool] as number
  }

  /** Permits that the pool may always have, and may never have more than, at this limit. */
  shareOf(pool: number, limit: number): PoolShare {
    return this.#shareOf(pool, limit)
  }

  /** How many more permits the pool could take now. */
  freeOf(pool: number, limit: number): number {
    const { least, most } = this.#shareOf(pool, limit)
    const own = this.inFlightOf(pool)
    const lent = limit - this.#total - this.#unmetOfOthers(pool, limit)
    return Math.min(most - own, limit - this.#total, Math.max(least - own, lent))
  }

  /**
   * Other ratios, weights and limits for the same pools.
   *
   * @throws {InvalidOptionError} and changes nothing when an option is wrong, or the pools are others.
   */
  update(pools: Readonly<Record<string, PoolOptions>>): void {
    const resolved = this.check(pools)
    this.#pools = resolved
    this.#parts = fairParts(resolved)
    this.#turns.update(resolved.map(({ weight }) => weight))
    this.#sharesOf = 0
  }

  /** In the order of the names. @throws {InvalidOptionError} as `update` does. */
  check(pools: Readonly<Record<string, PoolOptions>>): readonly ResolvedPool[] {
    const given = resolvePools(pools)
    const same = this.names.flatMap((name) => given.find((pool) => pool.name === name) ?? [])
    if (same.length !== this.names.length || given.length !== same.length) {
      const expected = `those that were there from the start (${this.names.join(', ')})`
      throw new InvalidOptionError('pools', expected, given.map(({ name }) => name).join(', '))
    }
    return same
  }

  /** The most that a request of the pool can cost and still start while the others use their minimums. */
  maxCost(pool: number, limit: number): number {
    return Math.max(1, limit - this.#leastOfOthers(pool, limit))
  }

  /** Whether a request of the pool could start now. With nothing in flight even one that is too wide may. */
  roomFor(pool: number, cost: number, limit: number): PoolRoom {
    if (this.#total === 0) return 'free'
    const { least, most } = this.#shareOf(pool, limit)
    const before = this.inFlightOf(pool)
    const own = before + cost
    if (before > 0 && own > most) return 'capped'
    if (this.#total + cost > limit) return 'full'
    if (own <= least) return 'free'
    if (this.#total + cost + this.#unmetOfOthers(pool, limit) <= limit) return 'free'
    // What the others' minimums leave is in use by the pool itself, or by those that have borrowed too.
    return own > this.maxCost(pool, limit) ? (before > 0 ? 'capped' : 'full') : 'lent'
  }

  /**
   * The pool that may start what waits first in it; -1 when none may. Among those with room the one that
   * is furthest behind its weight; a pool at its maximum holds up nobody.
   *
   * @param costOf what the first waiter of a pool costs; 0 where none waits
   */
  next(limit: number, costOf: (pool: number) => number): number {
    const first = this.#furthestBehind(limit, costOf, false)
    if (first === -1) return -1
    const room = this.roomFor(first, costOf(first), limit)
    if (room !== 'lent') return room === 'free' ? first : -1
    const owed = this.#furthestBehind(limit, costOf, true)
    if (owed === -1) return -1
    return this.roomFor(owed, costOf(owed), limit) === 'free' ? owed : -1
  }

  /** A request of the pool starts, and is charged its cost. */
  start(pool: number, cost: number): void {
    ;(this.#inFlight[pool] as number) += cost
    this.#total += cost
    this.#turns.start(pool, cost)
  }

  /** A request of the pool has ended. */
  finish(pool: number, cost: number): void {
    ;(this.#inFlight[pool] as number) -= cost
    this.#total -= cost
  }

  /** What was charged at the start was too little by `units`, or below 0 too much: held for longer than others, say. */
  correct(pool: number, units: number): void {
    this.#turns.correct(pool, units)
  }

  /** By name, at this limit. */
  snapshot(limit: number): Readonly<Record<string, PoolState>> {
    const states = this.names.map((name, pool) => {
      return [name, { inFlight: this.inFlightOf(pool), ...this.#shareOf(pool, limit) }]
    })
    return Object.fromEntries(states)
  }

  /** Of the pools that wait and are not at their maximum; `isOwed`: only those within their minimum. */
  #furthestBehind(limit: number, costOf: (pool: number) => number, isOwed: boolean): number {
    let first = -1
    for (let pool = 0; pool < this.#pools.length; pool += 1) {
      const cost = costOf(pool)
      if (cost === 0) continue
      if (this.roomFor(pool, cost, limit) === 'capped') continue
      if (isOwed && this.inFlightOf(pool) + cost > this.#shareOf(pool, limit).least) continue
      if (first === -1 || this.#turns.isBefore(pool, first)) first = pool
    }
    return first
  }

  /** A limit of its own joins as a minimum; and what it could not use anyway is not kept free for it. */
  #shareOf(pool: number, limit: number): PoolShare {
    if (this.#sharesOf !== limit) {
      this.#shares = poolShares(this.#pools, limit)
      this.#sharesOf = limit
    }
    const share = this.#shares[pool] as PoolShare
    const own = this.#pools[pool]?.limit?.current
    if (own === undefined || own >= share.most) return share
    return { least: Math.min(share.least, own), most: Math.max(1, own) }
  }

  #leastOfOthers(pool: number, limit: number): number {
    let sum = 0
    for (let other = 0; other < this.#pools.length; other += 1) {
      if (other !== pool) sum += this.#shareOf(other, limit).least
    }
    return sum
  }

  #unmetOfOthers(pool: number, limit: number): number {
    let sum = 0
    for (let other = 0; other < this.#pools.length; other += 1) {
      if (other === pool) continue
      sum += Math.max(0, this.#shareOf(other, limit).least - this.inFlightOf(other))
    }
    return sum
  }
}
