import type { Tier } from '../../src/shed/tier.ts'

interface Waiter {
  readonly id: number
  readonly tier: Tier
  readonly expiresAtMs: number
}

const MOST_IMPORTANT_FIRST: readonly Tier[] = ['critical', 'important', 'optional', 'opportunistic']
interface ShedFrom {
  readonly important: number
  readonly optional: number
  readonly opportunistic: number
}

/** The admission as the design describes it for `order: 'fifo'`, with plain arrays and linear scans. */
export class QueueModel {
  limit: number
  pressure = 0
  readonly maxQueued: number
  /** What has become of each request, by id. */
  readonly states: string[] = []
  #waiting: Waiter[] = []
  readonly #shed = new Set<Tier>()
  readonly #shedFrom: ShedFrom

  constructor(limit: number, maxQueued: number, shedFrom: ShedFrom) {
    this.limit = limit
    this.maxQueued = maxQueued
    this.#shedFrom = shedFrom
  }

  get #running(): number {
    return this.states.filter((state) => state === 'running').length
  }

  offer(tier: Tier, expiresAtMs: number, nowMs: number): void {
    const id = this.states.length
    if (expiresAtMs <= nowMs) this.states.push('expired')
    else if (this.#waiting.length === 0 && this.#running < this.limit) this.states.push('running')
    else {
      const sheds = this.#sheds(tier)
      const hasPlace = !sheds && this.#waiting.length < this.maxQueued
      if (!hasPlace && !this.#evictBelow(tier)) this.states.push(sheds ? 'shed' : 'full')
      else {
        this.states.push('queued')
        this.#waiting.push({ id, tier, expiresAtMs })
      }
    }
  }

  doom(): void {
    this.states.push('doomed')
  }

  release(id: number, nowMs: number): void {
    this.states[id] = 'released'
    this.serve(nowMs)
  }

  /** Ends a wait: `cancelled`, or `expired` because the timer said so. */
  leave(id: number, state: string): void {
    this.#waiting = this.#waiting.filter((waiter) => waiter.id !== id)
    this.states[id] = state
  }

  serve(nowMs: number): void {
    while (this.#waiting.length > 0 && this.#running < this.limit) {
      const tiers = this.#waiting.map(({ tier }) => tier)
      const tier = MOST_IMPORTANT_FIRST.find((it) => tiers.includes(it))
      const { id, expiresAtMs } = this.#waiting.find((it) => it.tier === tier) as Waiter
      this.leave(id, expiresAtMs <= nowMs ? 'expired' : 'running')
    }
  }

  #sheds(tier: Tier): boolean {
    if (tier === 'critical') return false
    if (this.#running + this.#waiting.length < this.limit) return false
    const fill = Math.max(this.#waiting.length / this.maxQueued, this.pressure)
    const from = this.#shedFrom[tier] - (this.#shed.has(tier) ? 0.05 : 0)
    if (fill < from) this.#shed.delete(tier)
    else this.#shed.add(tier)
    return fill >= from
  }

  /** The newest of the least important goes, if that is less important than `tier`. */
  #evictBelow(tier: Tier): boolean {
    for (const lowest of [...MOST_IMPORTANT_FIRST].reverse()) {
      if (lowest === tier) return false
      const victim = this.#waiting.findLast((it) => it.tier === lowest)
      if (victim === undefined) continue
      this.leave(victim.id, 'evicted')
      return true
    }
    return false
  }
}
