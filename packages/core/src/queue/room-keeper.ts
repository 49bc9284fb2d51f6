import {
  type AdmissionOptions,
  type ResolvedQueue,
  resolveAdmissionOptions,
} from '../admission/admission-options.ts'
import type { RejectReason } from '../admission/decision.ts'
import type { Dispatcher } from '../admission/dispatcher.ts'
import type { Passage } from '../admission/passage.ts'
import type { Limiter } from '../limiter/limiter.ts'
import type { Pressure } from '../shed/pressure.ts'
import { TierGate } from '../shed/tier-gate.ts'
import { maxQueuedNow, STALE_MS, STANDING_INTERVAL_MS, standingPlaces } from './room-size.ts'
import type { WaitingLine } from './waiting-line.ts'
import type { WaitingRoom } from './waiting-room.ts'

/** At most this many waiters lose their place to one arrival, so that no arrival pays for a whole queue. */
const MAX_REPLACED = 64

export interface RoomKeeperParts {
  readonly room: WaitingRoom
  readonly limiter: Limiter
  readonly pressure: Pressure
  readonly dispatcher: Dispatcher | undefined
  /** Takes a waiter out of the room and tells whoever asked for it. */
  readonly onEvict: (passage: Passage, reason: RejectReason, nowMs: number) => void
}

/** Keeps the waiting room: who may wait, who must make way, whose turn it is. Everything is O(1). */
export class RoomKeeper {
  readonly #room: WaitingRoom
  readonly #limiter: Limiter
  readonly #pressure: Pressure
  readonly #dispatcher: Dispatcher | undefined
  readonly #onEvict: RoomKeeperParts['onEvict']
  #queue: ResolvedQueue | undefined
  #gate: TierGate

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range. */
  constructor(parts: RoomKeeperParts, options: AdmissionOptions) {
    this.#room = parts.room
    this.#limiter = parts.limiter
    this.#pressure = parts.pressure
    this.#dispatcher = parts.dispatcher
    this.#onEvict = parts.onEvict
    const { queue, shedAt } = resolveAdmissionOptions(options)
    this.#queue = queue
    this.#gate = new TierGate(shedAt)
  }

  /** False when a request is admitted now or refused. */
  get hasQueue(): boolean {
    return this.#queue !== undefined
  }

  /** Longest wait in milliseconds. */
  get maxWaitMs(): number {
    return this.#queue?.maxWaitMs ?? 0
  }

  /** How many could wait now. */
  get maxQueued(): number {
    if (this.#queue === undefined) return 0
    return maxQueuedNow(this.#queue, this.#limiter, this.#dispatcher)
  }

  /**
   * Takes new options; waiters that no longer fit go, the least important and newest first.
   *
   * @throws {InvalidOptionError} and changes nothing when an option is wrong.
   */
  update(options: AdmissionOptions, nowMs: number): void {
    const { queue, shedAt } = resolveAdmissionOptions(options)
    this.#queue = queue
    this.#gate = new TierGate(shedAt)
    while (this.#room.queued > this.maxQueued) {
      this.#onEvict(this.#room.last()?.newest as Passage, 'full', nowMs)
    }
  }

  /**
   * Why a request that does not wait is refused. Nobody passes those who wait; and without a queue the
   * thresholds of the tiers are shares of the limit, of which what is above is kept free.
   */
  refusedWithoutWaiting(rank: number): RejectReason | undefined {
    if (this.#room.queued > 0 || !this.#limiter.hasRoom) return 'full'
    if (this.#queue !== undefined) return undefined
    const used = this.#limiter.inFlight / this.#limiter.limit.current
    return this.#gate.sheds(rank, Math.max(used, this.#pressure.level)) ? 'shed' : undefined
  }

  /** Makes a place for one more of this rank, or says why there is none. */
  makePlace(rank: number, nowMs: number): RejectReason | undefined {
    const line = this.#room.lineOf(rank)
    const excess = line.length + 1 - this.#placesIn(line, nowMs)
    const sheds = this.#sheds(rank, this.#room.queued / this.maxQueued)
    if (sheds || excess > 0) {
      // Whoever is less important makes way first: nobody is refused in favour of those.
      if (this.#evictBelow(rank, nowMs)) return undefined
      line.onRefuse(nowMs)
      if (line.length === 0 || !this.#isNewestFirst(line, nowMs)) return rank > 0 ? 'shed' : 'full'
      this.#replaceOldest(line, Math.max(excess, 1), nowMs)
    }
    if (this.#room.queued < this.maxQueued) return undefined
    return this.#evictBelow(rank, nowMs) ? undefined : 'full'
  }

  /** The waiter whose turn it is. Those whose time is up are told so on the way, and may take what is free. */
  next(nowMs: number): Passage | undefined {
    while (this.#limiter.hasRoom) {
      const line = this.#room.first()
      if (line === undefined) return undefined
      const next = (this.#isNewestFirst(line, nowMs) ? line.newest : line.oldest) as Passage
      if (next.expiresAtMs > nowMs) return next
      this.#onEvict(next, 'expired', nowMs)
    }
    return undefined
  }

  /** Everybody out. */
  evictAll(reason: RejectReason, nowMs: number): void {
    for (let line = this.#room.first(); line !== undefined; line = this.#room.first()) {
      this.#onEvict(line.oldest as Passage, reason, nowMs)
    }
  }

  /** Sends away one of the least important, if that is less important than `rank` and its place is free then. */
  #evictBelow(rank: number, nowMs: number): boolean {
    const lower = this.#room.last()
    if (lower === undefined || lower.rank <= rank) return false
    const queued = this.#room.queued
    const victim = this.#isNewestFirst(lower, nowMs) ? lower.oldest : lower.newest
    this.#onEvict(victim as Passage, 'evicted', nowMs)
    // Whoever hears of it may have taken the place for another request.
    return this.#room.queued < queued
  }

  /** Where the newest are served first, the oldest waits in vain: it makes way for the arrival. */
  #replaceOldest(line: WaitingLine, excess: number, nowMs: number): void {
    // Whoever hears of it may cancel others in turn.
    for (let left = Math.min(excess, MAX_REPLACED); left > 0 && line.oldest; left -= 1) {
      this.#onEvict(line.oldest, 'replaced', nowMs)
    }
  }

  /** How many of this tier may wait; unbounded where only the room as a whole counts. */
  #placesIn(line: WaitingLine, nowMs: number): number {
    const order = this.#queue?.order
    if (order === 'auto' && line.isStanding(nowMs, STANDING_INTERVAL_MS)) {
      const places = Math.min(this.maxQueued, standingPlaces(this.#room.drainPerMs))
      return this.#gate.placesOf(line.rank, places)
    }
    if (order === 'lifo') return this.#gate.placesOf(line.rank, this.maxQueued)
    return Number.POSITIVE_INFINITY
  }

  #sheds(rank: number, fill: number): boolean {
    // As many waiters as free permits are as good as admitted: with a slot free nobody is shed.
    if (this.#limiter.inFlight + this.#room.queued < this.#limiter.limit.current) return false
    return this.#gate.sheds(rank, Math.max(fill, this.#pressure.level))
  }

  /** A standing queue is served newest first until nobody in it has waited for long. */
  #isNewestFirst(line: WaitingLine, nowMs: number): boolean {
    const order = this.#queue?.order
    if (order !== 'auto') return order === 'lifo'
    return line.isStanding(nowMs, STANDING_INTERVAL_MS) && line.isStale(nowMs, STALE_MS)
  }
}
