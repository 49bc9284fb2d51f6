import {
  ADMISSION_OPTION_NAMES,
  type AdmissionOptions,
  type ResolvedAdmissionOptions,
  resolveAdmissionOptions,
} from '../admission/admission-options.ts'
import type { RejectReason } from '../admission/decision.ts'
import type { Dispatcher } from '../admission/dispatcher.ts'
import type { Passage } from '../admission/passage.ts'
import type { FairShare } from '../fairness/fair-share.ts'
import type { Flow } from '../fairness/flow.ts'
import { TenantCaps } from '../fairness/tenant-caps.ts'
import type { Limiter } from '../limiter/limiter.ts'
import { checkKnownOptions } from '../option/check-option.ts'
import type { RateGate } from '../rate/rate-gate.ts'
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
  readonly limiter: Limiter
  readonly pressure: Pressure
  readonly dispatcher: Dispatcher | undefined
  readonly rates: RateGate
  readonly random: () => number
  /** Takes a waiter out of the room and tells whoever asked for it. */
  readonly onEvict: (passage: Passage, reason: RejectReason, nowMs: number) => void
}

/** Keeps the waiting room: who may wait, who must make way, whose turn it is. Everything is O(1). */
export class RoomKeeper {
  readonly #room: WaitingRoom
  readonly #share: FairShare
  readonly #limiter: Limiter
  readonly #pressure: Pressure
  readonly #rates: RateGate
  readonly #random: () => number
  readonly #onEvict: RoomKeeperParts['onEvict']
  readonly #caps = new TenantCaps()
  readonly #rules: RoomRules
  readonly #places: PlaceMaker
  readonly turns: TurnKeeper
  /** As given, updates included. */
  #options: AdmissionOptions
  #gate: TierGate
  #maxCost: number | undefined

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range. */
  constructor(parts: RoomKeeperParts, options: AdmissionOptions) {
    const resolved = resolveAdmissionOptions(options)
    this.#room = parts.room
    this.#share = parts.share
    this.#limiter = parts.limiter
    this.#pressure = parts.pressure
    this.#rates = parts.rates
    this.#random = parts.random
    this.#onEvict = parts.onEvict
    this.#rules = new RoomRules(parts)
    const shared = { ...parts, rules: this.#rules, caps: this.#caps }
    this.turns = new TurnKeeper(shared)
    this.#places = new PlaceMaker(shared)
    this.#options = options
    this.#gate = this.#take(resolved)
    this.#rates.update(resolved.rates)
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

  /** Most permits that one request may take now. */
  get maxCost(): number {
    return this.#maxCost ?? Math.max(1, Math.floor(MAX_COST_RATIO * this.#limiter.limit.current))
  }

  /**
   * Takes new options; those that are not named stay as they are, and `undefined` brings back a default.
   * Waiters that no longer fit go: of the least important, from the longest flow, the
   * newest first.
   *
   * @throws {InvalidOptionError} and changes nothing when an option is wrong.
   */
  update(options: AdmissionOptions, nowMs: number): void {
    // Asked for by itself, for `null` would pass as nothing to change.
    checkKnownOptions('options', options, ADMISSION_OPTION_NAMES)
    const all = { ...this.#options, ...options }
    const resolved = resolveAdmissionOptions(all)
    // Buckets stay as full as they are while their rates stay the same.
    if (all.rate !== this.#options.rate) this.#rates.update(resolved.rates)
    this.#options = all
    this.#gate = this.#take(resolved)
    this.turns.unpark()
    while (this.#room.queued > this.maxQueued) this.#places.trim(nowMs)
  }

  /**
   * Why a request that does not wait is refused. Nobody passes those who wait; and without a queue the
   * thresholds of the tiers are shares of the limit, of which what is above is kept free.
   */
  refusedWithoutWaiting({ rank, group }: Flow, cost: number): RejectReason | undefined {
    if (!this.turns.mayPass(rank, cost)) return 'full'
    if (!this.turns.mayStart(group, cost)) return 'tenant-full'
    if (this.hasQueue) return undefined
    const used = this.#limiter.inFlight / this.#limiter.limit.current
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
