import type { RejectReason } from '../admission/decision.ts'
import type { Passage } from '../admission/passage.ts'
import type { FairShare } from '../fairness/fair-share.ts'
import type { Flow, FlowGroup } from '../fairness/flow.ts'
import type { TenantCaps } from '../fairness/tenant-caps.ts'
import type { LaneLimiter } from '../limiter/lane-limiter.ts'
import { isSloughed } from '../shed/slough.ts'
import type { RoomRules } from './room-rules.ts'
import type { WaitingRoom } from './waiting-room.ts'

export interface TurnKeeperParts {
  readonly room: WaitingRoom
  readonly rules: RoomRules
  readonly share: FairShare
  readonly caps: TenantCaps
  readonly limiter: LaneLimiter
  /** Takes a waiter out of the room and tells whoever asked for it. */
  readonly onEvict: (passage: Passage, reason: RejectReason, nowMs: number) => void
}

/** Says whose turn it is. O(1) for each waiter that is looked at, and none is looked at twice in vain. */
export class TurnKeeper {
  readonly #room: WaitingRoom
  readonly #rules: RoomRules
  readonly #share: FairShare
  readonly #caps: TenantCaps
  readonly #limiter: LaneLimiter
  readonly #onEvict: TurnKeeperParts['onEvict']
  /** Its turn has come, but it takes more permits than are free: they are kept for it. */
  #wide: Passage | undefined = undefined
  /** Groups with a flow out of turn: no more than fit into the limit. */
  readonly #parked = new Set<FlowGroup>()
  /** The lowest limit at which one of them was put out of turn. */
  #parkedLimit = Number.POSITIVE_INFINITY

  constructor({ room, rules, share, caps, limiter, onEvict }: TurnKeeperParts) {
    this.#room = room
    this.#rules = rules
    this.#share = share
    this.#caps = caps
    this.#limiter = limiter
    this.#onEvict = onEvict
  }

  /** True when a waiter could start now. */
  get isRunnable(): boolean {
    if (this.#room.queued === 0 || !this.#limiter.hasRoom) return false
    this.#unparkIfGrown()
    const rank = this.#room.firstInTurn()
    if (rank === -1) return false
    return !this.#isKept(rank)
  }

  /** True when a request of this rank and cost could start without passing anybody who is in turn. */
  mayPass(rank: number, cost: number): boolean {
    if (!this.#limiter.fits(cost)) return false
    this.#unparkIfGrown()
    const first = this.#room.firstInTurn()
    // Permits that are kept for somebody are kept from those who are no more important.
    return first === -1 || (first > rank && this.#isKept(first))
  }

  /** True when a request could start that has just come. */
  mayRunNow({ rank, group }: Flow, cost: number): boolean {
    return this.mayPass(rank, cost) && this.mayStart(group, cost)
  }

  /** True when a group may have so much more in flight. */
  mayStart(group: FlowGroup, cost: number): boolean {
    return this.#caps.mayStart(group, cost, this.#limiter.most)
  }

  /** A waiter has left. True when it may have held up others: all of them, or those of its flow. */
  onLeave(passage: Passage): boolean {
    const { flow } = passage
    if (!flow.parked) return this.#wide === passage
    this.#share.unpark([flow])
    return true
  }

  /** The waiter whose turn it is. Those whose time is up are told so on the way, and may take what is free. */
  next(nowMs: number): Passage | undefined {
    this.#unparkIfGrown()
    while (this.#limiter.hasRoom) {
      const rank = this.#room.firstInTurn()
      if (rank === -1 || this.#isKept(rank)) return undefined
      const passage = this.#pick(rank, nowMs)
      if (!this.#isReady(passage, nowMs)) continue
      if (this.#limiter.fits(passage.cost)) return this.take(passage)
      this.hold(passage)
      return undefined
    }
    return undefined
  }

  /** What the first in turn takes, as far as it is known: 1 until it has been held; 0 when there is none. */
  get frontCost(): number {
    if (this.#room.queued === 0) return 0
    this.#unparkIfGrown()
    const rank = this.#room.firstInTurn()
    if (rank === -1) return 0
    const wide = this.#wide
    if (wide === undefined || wide.rank !== rank || !isInTurn(wide)) return 1
    return wide.cost
  }

  /**
   * The first in turn, whether it fits or not. None when that one's time is up, or it is put out of turn:
   * whoever hears of it may have taken what was free, so all is to be asked anew.
   */
  front(nowMs: number): Passage | undefined {
    const rank = this.#room.firstInTurn()
    if (rank === -1) return undefined
    if (this.#wide !== undefined && !isInTurn(this.#wide)) this.#wide = undefined
    const passage = this.#pick(rank, nowMs)
    return this.#isReady(passage, nowMs) ? passage : undefined
  }

  /** It takes more permits than it may have now, and stays the first of its tier. */
  hold(passage: Passage): void {
    this.#wide = passage
  }

  /** It starts. */
  take(passage: Passage): Passage {
    this.#wide = undefined
    return passage
  }

  /** The limit or the caps have grown: whoever is out of turn may be in turn again. */
  unpark(): void {
    for (const group of this.#parked) this.#share.unpark(group.flows)
    this.#parked.clear()
    this.#parkedLimit = Number.POSITIVE_INFINITY
  }

  /** Whether all that is free is kept for a wide waiter, which nobody of this rank may pass. */
  #isKept(rank: number): boolean {
    const wide = this.#wide
    if (wide === undefined || rank < wide.rank) return false
    if (!isInTurn(wide)) {
      this.#wide = undefined
      return false
    }
    return !this.#limiter.fits(wide.cost)
  }

  /** True when nothing but permits is missing; else it is told that its time is up, or is out of turn. */
  #isReady(passage: Passage, nowMs: number): boolean {
    const { flow, cost } = passage
    if (passage.expiresAtMs <= nowMs || this.#isSloughed(passage, nowMs)) {
      this.#onEvict(passage, 'expired', nowMs)
      return false
    }
    if (this.mayStart(flow.group, cost)) return true
    this.#park(flow)
    return false
  }

  /** A limit may grow by itself, and the caps of tenants with it. */
  #unparkIfGrown(): void {
    if (this.#limiter.most > this.#parkedLimit) this.unpark()
  }

  #pick(rank: number, nowMs: number): Passage {
    const wide = this.#wide
    if (wide !== undefined && wide.rank === rank) return wide
    const flow = this.#share.queueOf(rank).first() as Flow
    const isNewest = flow.length > 1 && this.#rules.isNewestFirstIn(flow, nowMs)
    return (isNewest ? flow.newest : flow.oldest) as Passage
  }

  #isSloughed(passage: Passage, nowMs: number): boolean {
    return this.#rules.queue?.codel === true && isSloughed(passage, nowMs)
  }

  #park(flow: Flow): void {
    // Groups whose flows are in turn again are left in the set: this is where they leave it.
    if (this.#parked.size > 64) this.#dropUnparked()
    this.#share.queueOf(flow.rank).park(flow)
    this.#parked.add(flow.group)
    this.#parkedLimit = Math.min(this.#parkedLimit, this.#limiter.most)
  }

  #dropUnparked(): void {
    for (const group of this.#parked) if (group.parked === 0) this.#parked.delete(group)
  }
}

function isInTurn({ state, flow }: Passage): boolean {
  return state === 'queued' && !flow.parked
}
