import type { Passage } from '../admission/passage.ts'
import {
  type ChargeBy,
  SlotTime,
  type SlotUser,
  slotMsOf,
  type Use,
} from '../fairness/slot-time.ts'
import type { Limiter } from '../limiter/limiter.ts'
import type { TurnKeeper } from '../queue/turn-keeper.ts'
import type { PoolSet } from './pool-set.ts'

/**
 * Says whose turn it is where each pool has waiters of its own: the pools decide which of them goes on,
 * and the one that does decides who of its own it is. O(pools²) for each that starts, with at most 32.
 */
export class PooledTurns {
  readonly #pools: PoolSet
  readonly #limiter: Limiter
  /** By pool. */
  readonly #turns: TurnKeeper[] = []
  readonly #users: SlotUser[]
  readonly #slotTime = new SlotTime()
  readonly #costOf = (pool: number): number => (this.#turns[pool] as TurnKeeper).frontCost
  chargeBy: ChargeBy = 'slot-time'

  constructor(pools: PoolSet, limiter: Limiter) {
    this.#pools = pools
    this.#limiter = limiter
    this.#users = pools.names.map(() => ({ slotMs: 0 }))
  }

  /** The waiters of the next pool. */
  add(turns: TurnKeeper): void {
    this.#turns.push(turns)
  }

  /** True when a waiter could start now. */
  get isRunnable(): boolean {
    return this.#next() !== -1
  }

  /** The waiter whose turn it is. Those whose time is up are told so on the way. */
  next(nowMs: number): Passage | undefined {
    for (let pool = this.#next(); pool !== -1; pool = this.#next()) {
      const turns = this.#turns[pool] as TurnKeeper
      const assumed = turns.frontCost
      const front = turns.front(nowMs)
      if (front === undefined) continue
      // Which pool goes on depends on what its first waiter takes, which is known only now.
      if (front.cost === assumed) return turns.take(front)
      turns.hold(front)
    }
    return undefined
  }

  /** Whether a request of the pool that has just come could start without passing anybody who waits in another. */
  isNext(pool: number, cost: number): boolean {
    const costOf = (other: number): number => (other === pool ? cost : this.#costOf(other))
    return this.#pools.next(this.#limiter.most, costOf) === pool
  }

  /** What a request of the pool used is known. */
  settle(pool: number, use: Use, nowMs: number): void {
    if (this.chargeBy === 'cost') return
    const { cost } = use
    const slotMs = slotMsOf(use, nowMs, this.#limiter.most)
    const units = this.#slotTime.settle(this.#users[pool] as SlotUser, cost, slotMs)
    this.#pools.correct(pool, units - cost)
  }

  #next(): number {
    return this.#pools.next(this.#limiter.most, this.#costOf)
  }
}
