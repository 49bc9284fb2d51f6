import type { ResolvedAdmissionOptions } from '../admission/admission-options.ts'
import type { RejectReason } from '../admission/decision.ts'
import type { Dispatcher } from '../admission/dispatcher.ts'
import type { Passage } from '../admission/passage.ts'
import type { FairShare } from '../fairness/fair-share.ts'
import type { Flow } from '../fairness/flow.ts'
import { TenantCaps } from '../fairness/tenant-caps.ts'
import type { LaneLimiter } from '../limiter/lane-limiter.ts'
import type { Limiter } from '../limiter/limiter.ts'
import type { Pressure } from '../shed/pressure.ts'
import { TierGate } from '../shed/tier-gate.ts'
import { PlaceMaker } from './place-maker.ts'
import { RoomRules } from './room-rules.ts'
import { TurnKeeper } from './turn-keeper.ts'
import type { WaitingRoom } from './waiting-room.ts'

const MAX_COST_RATIO = 0.15

export interface RoomKeeperParts {
  readonly room: WaitingRoom
  readonly share: FairShare
  readonly limiter: LaneLimiter
  /** Of all lanes. */
  readonly allPermits: Limiter
  /** How many of all places in waiting rooms are this lane's. */
  readonly placesOf: (all: number) => number
  readonly pressure: Pressure
  readonly dispatcher: Dispatcher | undefined
  readonly random: () => number
  /** Takes a waiter out of the room and tells whoever asked for it. */
  readonly onEvict: (passage: Passage, reason: RejectReason, nowMs: number) => void
}

/** Keeps the waiting room: who may wait, who must make way, whose turn it is. Everything is O(1). */
export class RoomKeeper {
  readonly #room: WaitingRoom
  readonly #share: FairShare
  readonly #limiter: LaneLimiter
  readonly #pressure: Pressure
  readonly #random: () => number
  readonly #onEvict: RoomKeeperParts['onEvict']
  readonly #caps = new TenantCaps()
  readonly #rules: RoomRules
  readonly #places: PlaceMaker
  readonly turns: TurnKeeper
  #gate: TierGate
  #maxCost: number | undefined

  constructor(parts: RoomKeeperParts, options: ResolvedAdmissionOptions) {
    this.#room = parts.room
    this.#share = parts.share
    this.#limiter = parts.limiter
    this.#pressure = parts.pressure
    this.#random = parts.random
    this.#onEvict = parts.onEvict
    this.#rules = new RoomRules(parts)
    const shared = { ...parts, rules: this.#rules, caps: this.#caps }
    this.turns = new TurnKeeper(shared)
    this.#places = new PlaceMaker(shared)
    this.#gate = this.#take(options)
  }

  /** False when a request is admitted now or refused. */
  get hasQueue(): boolean {
    return this.#rules.queue !== undefined
  }

  /** True when nobody starts before the dispatcher says so. */
  get isDispatched(): boolean {
    return this.#rules.dispatcher !== undefined
  }

  /** Longest wait in milliseconds. */
  get maxWaitMs(): number {
    return this.#rules.queue?.maxWaitMs ?? 0
  }

  /** How many could wait now. */
  get maxQueued(): number {
    return this.#rules.maxQueued
  }

  /** The same in all lanes together. */
  get maxQueuedOfAll(): number {
    return this.#rules.maxQueuedOfAll
  }

  /** How many waiters there may be when one of this rank comes, so that it is not shed. */
  placesOf(rank: number): number {
    return this.hasQueue ? this.#gate.placesOf(rank, this.maxQueued) : 0
  }

  /** Most permits that one request may take now. */
  get maxCost(): number {
    const { limit, widest } = this.#limiter
    const most = this.#maxCost ?? Math.max(1, Math.floor(MAX_COST_RATIO * limit.current))
    return Math.min(most, widest)
  }

  /** Takes new options. More may wait afterwards than there are places: `trim` is to be called. */
  update(options: ResolvedAdmissionOptions): void {
    this.#gate = this.#take(options)
    this.turns.unpark()
  }

  /** One that no longer fits goes: of the least important, from the longest flow, the newest. */
  trim(nowMs: number): void {
    this.#places.trim(nowMs)
  }

  /**
   * Why a request that does not wait is refused. Nobody passes those who wait; and without a queue the
   * thresholds of the tiers are shares of the limit, of which what is above is kept free.
   */
  refusedWithoutWaiting({ rank, group }: Flow, cost: number): RejectReason | undefined {
    if (!this.turns.mayPass(rank, cost)) return 'full'
    if (!this.turns.mayStart(group, cost)) return 'tenant-full'
    if (this.hasQueue) return undefined
    const used = this.#limiter.inFlight / this.#limiter.most
    return this.#gate.sheds(rank, Math.max(used, this.#pressure.level)) ? 'shed' : undefined
  }

  /** Makes a place for one more of this flow, or says why there is none. */
  makePlace(flow: Flow, nowMs: number): RejectReason | undefined {
    return this.#places.make(flow, this.#gate, nowMs)
  }

  /** Whether its turn would come after `deadlineMs`, as fast as the room is emptied now. */
  isDoomed(flow: Flow, deadlineMs: number, nowMs: number): boolean {
    if (deadlineMs === Number.POSITIVE_INFINITY) return false
    return this.#places.waitMsOf(flow, nowMs) > deadlineMs
  }

  /** Everybody out. */
  evictAll(reason: RejectReason, nowMs: number): void {
    for (let line = this.#room.first(); line !== undefined; line = this.#room.first()) {
      this.#onEvict(line.oldest as Passage, reason, nowMs)
    }
  }

  /** Whether waiters in the newest-first state of this flow come before the others of their time. */
  goesFirst(flow: Flow, nowMs: number): boolean {
    return this.#rules.isNewestFirst(this.#room.lineOf(flow.rank), nowMs)
  }

  #take(options: ResolvedAdmissionOptions): TierGate {
    const { queue, shedAt, shedding, tenants, maxCost } = options
    this.#rules.queue = queue
    this.#caps.update(tenants.maxInFlightRatio, queue?.maxQueuedPerTenant)
    this.#share.weights.update(tenants.weight)
    this.#share.chargeBy = tenants.chargeBy
    this.#maxCost = maxCost
    return new TierGate(shedAt, shedding, this.#random)
  }
}
