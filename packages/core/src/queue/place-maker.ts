import type { RejectReason } from '../admission/decision.ts'
import type { Passage } from '../admission/passage.ts'
import type { FairShare } from '../fairness/fair-share.ts'
import type { Flow } from '../fairness/flow.ts'
import type { TenantCaps } from '../fairness/tenant-caps.ts'
import type { LaneLimiter } from '../limiter/lane-limiter.ts'
import type { Pressure } from '../shed/pressure.ts'
import type { TierGate } from '../shed/tier-gate.ts'
import { standingExcess } from './line-cut.ts'
import type { RoomRules } from './room-rules.ts'
import type { WaitingLine } from './waiting-line.ts'
import type { WaitingRoom } from './waiting-room.ts'

/** At most this many waiters lose their place to one arrival, so that no arrival pays for a whole queue. */
const MAX_REPLACED = 64

export interface PlaceMakerParts {
  readonly room: WaitingRoom
  readonly rules: RoomRules
  readonly share: FairShare
  readonly caps: TenantCaps
  readonly limiter: LaneLimiter
  readonly pressure: Pressure
  readonly onEvict: (passage: Passage, reason: RejectReason, nowMs: number) => void
}

/** Makes places for arrivals: says who may wait, and who must make way for whom. */
export class PlaceMaker {
  readonly #room: WaitingRoom
  readonly #rules: RoomRules
  readonly #share: FairShare
  readonly #caps: TenantCaps
  readonly #limiter: LaneLimiter
  readonly #pressure: Pressure
  readonly #onEvict: PlaceMakerParts['onEvict']

  constructor(parts: PlaceMakerParts) {
    this.#room = parts.room
    this.#rules = parts.rules
    this.#share = parts.share
    this.#caps = parts.caps
    this.#limiter = parts.limiter
    this.#pressure = parts.pressure
    this.#onEvict = parts.onEvict
  }

  /** Makes a place for one more of this flow, or says why there is none. */
  make(flow: Flow, gate: TierGate, nowMs: number): RejectReason | undefined {
    const reason = this.#make(flow, gate, nowMs)
    if (reason !== undefined) flow.onRefuse(nowMs)
    return reason
  }

  #make(flow: Flow, gate: TierGate, nowMs: number): RejectReason | undefined {
    const { rank } = flow
    const { maxQueued } = this.#rules
    if (!this.#caps.maySend(flow.group, maxQueued)) return this.#makeInOwn(flow, nowMs)
    const line = this.#room.lineOf(rank)
    const excess = this.#excessOf(flow, gate, nowMs)
    const sheds = this.#sheds(rank, gate, this.#room.queued / maxQueued)
    if (sheds || excess > 0) {
      // Whoever is less important makes way first: nobody is refused in favour of those.
      if (this.#evictBelow(rank, nowMs)) return undefined
      line.onRefuse(nowMs)
      if (!this.#replace(flow, excess, nowMs)) return rank > 0 ? 'shed' : 'full'
    }
    if (this.#room.queued < maxQueued) return undefined
    return this.#evictBelow(rank, nowMs) || this.#replace(flow, 1, nowMs) ? undefined : 'full'
  }

  /** One of those who wait goes, because there are more than may. */
  trim(nowMs: number): void {
    const line = this.#room.last() as WaitingLine
    const flow = this.#share.queueOf(line.rank).longest as Flow
    this.#onEvict((flow.length > 1 ? flow.newest : line.newest) as Passage, 'full', nowMs)
  }

  /** How long a request of this flow that comes now would wait for its turn, in milliseconds. */
  waitMsOf(flow: Flow, nowMs: number): number {
    const { drainPerMs } = this.#room
    if (drainPerMs === 0 || this.#room.queued < this.#limiter.free) return 0
    let before = this.#beforeInTier(flow, nowMs)
    for (let rank = 0; rank < flow.rank; rank += 1) before += this.#room.lineOf(rank).length
    return before / drainPerMs
  }

  #beforeInTier(flow: Flow, nowMs: number): number {
    const own = this.#rules.isNewestFirstIn(flow, nowMs) ? 0 : flow.length
    const others = this.#share.queueOf(flow.rank).weightOfOthers(flow)
    const byShare = own + ((own + 1) * others) / flow.group.weight
    return Math.min(byShare, this.#room.lineOf(flow.rank).length)
  }

  /** The tenant has as many waiting as one may: at most one of its own makes way. */
  #makeInOwn(flow: Flow, nowMs: number): RejectReason | undefined {
    if (flow.length === 0 || !this.#rules.isNewestFirstIn(flow, nowMs)) return 'tenant-full'
    return this.#give(flow.oldest as Passage, 'replaced', nowMs) ? undefined : 'tenant-full'
  }

  /** Sends away one of the least important, if that is less important than `rank` and its place is free then. */
  #evictBelow(rank: number, nowMs: number): boolean {
    const lower = this.#room.last()
    if (lower === undefined || lower.rank <= rank) return false
    const longest = this.#share.queueOf(lower.rank).longest as Flow
    const isNewestFirst = this.#rules.isNewestFirst(lower, nowMs)
    const from = longest.length > 1 ? longest : lower
    return this.#give((isNewestFirst ? from.oldest : from.newest) as Passage, 'evicted', nowMs)
  }

  /**
   * Somebody of the same tier makes way. True when one did. Where the newest are served first, the line
   * is cut by all its excess; the oldest wait in vain there.
   */
  #replace(flow: Flow, excess: number, nowMs: number): boolean {
    const line = this.#room.lineOf(flow.rank)
    const isStale = this.#rules.isNewestFirst(line, nowMs)
    const most = isStale ? Math.min(Math.max(excess, 1), MAX_REPLACED) : 1
    let replaced = 0
    while (replaced < most) {
      const victim = this.#victimFor(flow, isStale, nowMs)
      // The excess may be of bursts, which are let be.
      if (replaced > 0 && victim?.flow !== flow && victim?.flow.overflows(nowMs) === false) break
      // Whoever hears of it may cancel others in turn, or take the place again.
      if (victim === undefined || !this.#give(victim, 'replaced', nowMs)) break
      replaced += 1
    }
    return replaced > 0
  }

  /** The longest flow gives; among equals only who waits in vain. */
  #victimFor(flow: Flow, isStale: boolean, nowMs: number): Passage | undefined {
    const longest = this.#share.queueOf(flow.rank).longest
    if (longest === undefined) return undefined
    // A flow that overflows takes nothing from one that is only in a burst.
    const isSpared = flow.overflows(nowMs) && !longest.overflows(nowMs)
    if (longest.length > flow.length + 1 && !isSpared) {
      const isNewestFirst = this.#rules.isNewestFirstIn(longest, nowMs)
      return (isNewestFirst ? longest.oldest : longest.newest) as Passage
    }
    if (!isStale) return undefined
    if (flow.length > 0) {
      return this.#rules.isNewestFirstIn(flow, nowMs) ? (flow.oldest as Passage) : undefined
    }
    return longest.length === 1 ? this.#room.lineOf(flow.rank).oldest : undefined
  }

  /** Sends a waiter away. False when its place was taken again while others heard of it. */
  #give(passage: Passage, reason: RejectReason, nowMs: number): boolean {
    const { queued } = this.#room
    if (reason === 'replaced') passage.flow.onRefuse(nowMs)
    this.#onEvict(passage, reason, nowMs)
    return this.#room.queued < queued
  }

  /** How many waiters are too many with one more of this flow; none where only the room as a whole counts. */
  #excessOf(flow: Flow, gate: TierGate, nowMs: number): number {
    const { rank } = flow
    const line = this.#room.lineOf(rank)
    if (this.#rules.isStanding(line, nowMs)) {
      const parts = { room: this.#room, share: this.#share }
      return standingExcess(flow, parts, {
        share: gate.shareOf(rank),
        most: this.#limiter.most,
        nowMs,
      })
    }
    if (this.#rules.queue?.order !== 'lifo') return 0
    return line.length + 1 - gate.placesOf(rank, this.#rules.maxQueued)
  }

  #sheds(rank: number, gate: TierGate, fill: number): boolean {
    // As many waiters as free permits are as good as admitted: with a slot free nobody is shed.
    if (this.#room.queued < this.#limiter.free) return false
    return gate.sheds(rank, Math.max(fill, this.#pressure.level))
  }
}
