import type { Limit } from '../limit/limit.ts'
import { Limiter } from '../limiter/limiter.ts'
import type { WaitingLine } from '../queue/waiting-line.ts'
import { WaitingRoom } from '../queue/waiting-room.ts'
import { OverloadWatch } from '../shed/overload-watch.ts'
import { NO_PRESSURE, type Pressure } from '../shed/pressure.ts'
import { nextRetryAfterMs } from '../shed/retry-after.ts'
import { TIERS, type Tier } from '../shed/tier.ts'
import { TierGate } from '../shed/tier-gate.ts'
import type { Clock } from '../time/clock.ts'
import { AdmissionCounters } from './admission-counters.ts'
import type { AdmissionEvent } from './admission-event.ts'
import {
  type AdmissionOptions,
  type ResolvedAdmissionOptions,
  resolveAdmissionOptions,
} from './admission-options.ts'
import type { AdmissionRequest } from './admission-request.ts'
import { type AdmissionSnapshot, describeAdmission } from './admission-snapshot.ts'
import type { Decision, Rejection, RejectReason } from './decision.ts'
import type { Dispatcher } from './dispatcher.ts'
import { type Arrival, Passage } from './passage.ts'
import type { Outcome } from './permit.ts'
import { maxQueuedNow, STANDING_INTERVAL_MS, standingPlaces } from './room-size.ts'

/** What an admission is made of. `pressure` and `dispatcher` default to none. */
export interface AdmissionParts {
  readonly clock: Clock
  /** Uniform in 0 to 1, 1 excluded: jitters `retryAfterMs`. */
  readonly random: () => number
  readonly limit: Limit
  readonly pressure?: Pressure | undefined
  readonly dispatcher?: Dispatcher | undefined
}

/** At most this many waiters lose their place to one arrival, so that no arrival pays for a whole queue. */
const MAX_REPLACED = 64

/**
 * The whole question, and its answer: may this request run, now or after waiting?
 *
 * This file is the one place that decides the order of steps. It starts no promise and reads no clock
 * but its own; everything is O(1) for each request.
 */
export class Admission {
  readonly #clock: Clock
  readonly #random: () => number
  readonly #limiter: Limiter
  readonly #pressure: Pressure
  readonly #dispatcher: Dispatcher | undefined
  readonly #room: WaitingRoom
  readonly #counters = new AdmissionCounters()
  readonly #watch: OverloadWatch
  #options: ResolvedAdmissionOptions
  #gate: TierGate
  #listener: ((event: AdmissionEvent) => void) | undefined = undefined
  #onIdle: (() => void) | undefined = undefined
  #draining = false
  #pumping = false
  #limitSeen: number
  #malformed = 0

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range. */
  constructor(parts: AdmissionParts, options: AdmissionOptions = {}) {
    const { clock, random, limit, pressure = NO_PRESSURE, dispatcher } = parts
    this.#options = resolveAdmissionOptions(options)
    this.#gate = new TierGate(this.#options.shedAt)
    this.#clock = clock
    this.#random = random
    this.#limiter = new Limiter(limit)
    this.#pressure = pressure
    this.#dispatcher = dispatcher
    this.#limitSeen = limit.current
    this.#room = new WaitingRoom(clock, (passage, nowMs) => this.#evict(passage, 'expired', nowMs))
    this.#watch = new OverloadWatch(clock, (spell) => this.#emit({ type: 'overload', ...spell }))
  }

  get inFlight(): number {
    return this.#limiter.inFlight
  }

  get queued(): number {
    return this.#room.queued
  }

  get overloaded(): boolean {
    return this.#watch.overloaded
  }

  get draining(): boolean {
    return this.#draining
  }

  /** Admits now or never. The request does not pass those who wait. */
  tryAcquire(request?: AdmissionRequest): Decision {
    const nowMs = this.#clock.nowMs()
    const rank = this.#rankOf(request?.tier)
    const reason = this.#refusedAtDoor(request, rank) ?? this.#refusedWithoutWaiting(rank)
    if (reason !== undefined) return this.#refuse(rank, reason, nowMs)
    return this.#start(new Passage(this, rank, undefined, nowMs, nowMs), nowMs)
  }

  /**
   * Admits now, lets the request wait, or refuses it. A passage in state `running` is admitted; one in
   * state `queued` waits, and `arrival` hears how it ends.
   */
  offer(request: AdmissionRequest | undefined, arrival: Arrival): Passage | Rejection {
    const nowMs = this.#clock.nowMs()
    const rank = this.#rankOf(request?.tier)
    const refused = this.#refusedAtDoor(request, rank)
    if (refused !== undefined) return this.#refuse(rank, refused, nowMs)

    const queue = this.#options.queue
    const waits = this.#dispatcher !== undefined || this.#room.queued > 0 || !this.#limiter.hasRoom
    if (queue === undefined || !waits) {
      const reason = this.#refusedWithoutWaiting(rank)
      if (reason !== undefined) return this.#refuse(rank, reason, nowMs)
      return this.#start(new Passage(this, rank, arrival, nowMs, nowMs), nowMs)
    }

    const full = this.#makeRoom(rank, nowMs)
    if (full !== undefined) return this.#refuse(rank, full, nowMs)
    const maxWaitMs = Math.min(queue.maxWaitMs, this.#deadlineMsOf(request))
    const passage = new Passage(this, rank, arrival, nowMs, nowMs + maxWaitMs)
    this.#room.add(passage, nowMs)
    this.#wake()
    return passage
  }

  /** The client of a waiter left: its place is free at once. False when it no longer waits. */
  cancel(passage: Passage): boolean {
    if (passage.state !== 'queued') return false
    this.#leave(passage, 'cancelled', this.#clock.nowMs())
    return true
  }

  /** Starts waiters while permits are free and the clock is before `untilMs`. Returns how many. */
  pump(untilMs: number = Number.POSITIVE_INFINITY): number {
    // Work that starts here may release or offer in turn; the loop below sees what it left.
    if (this.#pumping) return 0
    this.#pumping = true
    let started = 0
    try {
      while (this.#room.queued > 0 && this.#limiter.hasRoom) {
        const nowMs = this.#clock.nowMs()
        if (nowMs >= untilMs) break
        const passage = this.#nextWaiter(nowMs)
        if (passage === undefined) break
        this.#room.start(passage, nowMs)
        this.#start(passage, nowMs)
        started += 1
        passage.arrival?.onAdmit(passage)
      }
    } finally {
      this.#pumping = false
    }
    return started
  }

  /** True when a waiter could start now. */
  get isRunnable(): boolean {
    return this.#room.queued > 0 && this.#limiter.hasRoom
  }

  /** Called by a passage. */
  sample(passage: Passage, outcome: Outcome): void {
    this.#learn(passage, outcome, this.#clock.nowMs())
  }

  /** Called by a passage. */
  release(passage: Passage, outcome: Outcome): void {
    this.#limiter.give()
    if (!passage.sampled || this.#listener !== undefined) {
      const nowMs = this.#clock.nowMs()
      if (!passage.sampled) this.#learn(passage, outcome, nowMs)
      this.#emitReleased(passage, outcome, nowMs)
    }
    this.#wake()
    this.#checkIdle()
  }

  /** @throws {InvalidOptionError} and changes nothing when an option is wrong. */
  update(options: AdmissionOptions): void {
    this.#options = resolveAdmissionOptions(options)
    this.#gate = new TierGate(this.#options.shedAt)
    const nowMs = this.#clock.nowMs()
    const places = this.#options.queue === undefined ? 0 : this.#maxQueued(this.#options.queue)
    while (this.#room.queued > places) {
      const last = this.#room.lastBelow(-1)?.newest
      if (last === undefined) break
      this.#evict(last, 'full', nowMs)
    }
    this.#wake()
  }

  /** One listener; whoever wants more spreads the word. */
  listen(listener: ((event: AdmissionEvent) => void) | undefined): void {
    this.#listener = listener
  }

  /** Lets nobody in any more, serves those who wait, and calls `onIdle` once nothing is left. */
  drain(onIdle: () => void): void {
    if (!this.#draining) {
      this.#draining = true
      this.#emit({ type: 'drain', queued: this.#room.queued, inFlight: this.#limiter.inFlight })
    }
    this.#onIdle = onIdle
    this.#checkIdle()
  }

  /** Lets nobody in any more, refuses those who wait, and disarms every timer. Idempotent. */
  close(): void {
    this.#draining = true
    const nowMs = this.#clock.nowMs()
    for (let line = this.#room.first(); line !== undefined; line = this.#room.first()) {
      this.#evict(line.oldest as Passage, 'draining', nowMs)
    }
    this.#room.stop()
    this.#watch.stop()
  }

  snapshot(): AdmissionSnapshot {
    const queue = this.#options.queue
    return describeAdmission({
      limiter: this.#limiter,
      room: this.#room,
      counters: this.#counters,
      pressure: this.#pressure,
      maxQueued: queue === undefined ? 0 : this.#maxQueued(queue),
      overloaded: this.#watch.overloaded,
      draining: this.#draining,
      malformed: this.#malformed,
    })
  }

  #refusedAtDoor(request: AdmissionRequest | undefined, rank: number): RejectReason | undefined {
    if (this.#draining) return 'draining'
    if (this.#pressure.isHard && rank > 0) return 'pressure'
    if (request === undefined) return undefined
    if (request.signal?.aborted) return 'cancelled'
    if (request.deadlineMs !== undefined && request.deadlineMs <= 0) return 'expired'
    return undefined
  }

  /** With a queue nobody passes it; without one the thresholds of the tiers are shares of the limit. */
  #refusedWithoutWaiting(rank: number): RejectReason | undefined {
    if (this.#room.queued > 0 || !this.#limiter.hasRoom) return 'full'
    if (this.#options.queue !== undefined) return undefined
    const used = this.#limiter.inFlight / this.#limiter.limit.current
    return this.#gate.sheds(rank, Math.max(used, this.#pressure.level)) ? 'shed' : undefined
  }

  /** Makes a place in the waiting room for one more of this rank, or says why there is none. */
  #makeRoom(rank: number, nowMs: number): RejectReason | undefined {
    const queue = this.#options.queue as NonNullable<ResolvedAdmissionOptions['queue']>
    const room = this.#room
    const line = room.lineOf(rank)
    const places = this.#maxQueued(queue)
    const standing = queue.order !== 'fifo' && line.isStanding(nowMs, STANDING_INTERVAL_MS)
    const sheds = this.#sheds(rank, room.queued / places)
    if (standing || queue.order === 'lifo') {
      const most = standing ? Math.min(places, standingPlaces(room.drainPerMs)) : places
      const mine = this.#gate.placesOf(rank, most)
      if (sheds && line.length === 0) return 'shed'
      for (let n = 0; (sheds && n === 0) || (line.length >= mine && n < MAX_REPLACED); n += 1) {
        this.#evict(line.oldest as Passage, 'replaced', nowMs)
      }
    } else if (sheds) {
      return 'shed'
    }
    if (room.queued < places) return undefined
    const lower = room.lastBelow(rank)
    if (lower === undefined) return 'full'
    this.#evict(
      (this.#isNewestFirst(lower, nowMs) ? lower.oldest : lower.newest) as Passage,
      'evicted',
      nowMs,
    )
    return undefined
  }

  #sheds(rank: number, fill: number): boolean {
    // As many waiters as free permits are as good as admitted: with a slot free nobody is shed.
    if (this.#limiter.inFlight + this.#room.queued < this.#limiter.limit.current) return false
    return this.#gate.sheds(rank, Math.max(fill, this.#pressure.level))
  }

  #maxQueued(queue: NonNullable<ResolvedAdmissionOptions['queue']>): number {
    return maxQueuedNow(queue, this.#limiter, this.#dispatcher)
  }

  #isNewestFirst(line: WaitingLine, nowMs: number): boolean {
    const order = this.#options.queue?.order
    return order === 'lifo' || (order === 'auto' && line.isStanding(nowMs, STANDING_INTERVAL_MS))
  }

  /** The waiter whose turn it is. Those whose time is up are told so on the way. */
  #nextWaiter(nowMs: number): Passage | undefined {
    for (let line = this.#room.first(); line !== undefined; line = this.#room.first()) {
      const next = (this.#isNewestFirst(line, nowMs) ? line.newest : line.oldest) as Passage
      if (next.expiresAtMs > nowMs) return next
      this.#evict(next, 'expired', nowMs)
    }
    return undefined
  }

  #start(passage: Passage, nowMs: number): Decision & Passage {
    passage.state = 'running'
    passage.startedMs = nowMs
    passage.inFlight = this.#limiter.take()
    this.#counters.onAdmit(passage.rank)
    if (this.#listener !== undefined) {
      this.#emit({ type: 'admitted', tier: passage.tier, waitedMs: passage.waitedMs })
    }
    return passage
  }

  #learn(passage: Passage, outcome: Outcome, nowMs: number): void {
    passage.sampled = true
    this.#limiter.learn(outcome, passage.inFlight, passage.startedMs, nowMs)
    const from = this.#limitSeen
    const to = this.#limiter.limit.current
    if (from === to) return
    this.#limitSeen = to
    this.#emit({ type: 'limit', from, to })
    if (to > from) this.#wake()
  }

  #wake(): void {
    if (!this.isRunnable) return
    if (this.#dispatcher === undefined) this.pump()
    else this.#dispatcher.wake()
  }

  /** Takes a waiter out of the room and tells whoever asked. */
  #evict(passage: Passage, reason: RejectReason, nowMs: number): void {
    const rejection = this.#leave(passage, reason, nowMs)
    passage.arrival?.onReject(rejection)
  }

  #leave(passage: Passage, reason: RejectReason, nowMs: number): Rejection {
    this.#room.remove(passage)
    passage.state = 'left'
    passage.startedMs = nowMs
    const rejection = this.#refuse(passage.rank, reason, nowMs, passage.waitedMs)
    this.#checkIdle()
    return rejection
  }

  #refuse(rank: number, reason: RejectReason, nowMs: number, waitedMs = 0): Rejection {
    const { queued, drainPerMs } = this.#room
    const retryAfterMs = nextRetryAfterMs(queued, drainPerMs, this.#random())
    this.#counters.onReject(rank, reason)
    if (reason !== 'cancelled' && reason !== 'draining') {
      this.#limiter.onReject()
      this.#watch.onReject(reason, nowMs)
    }
    if (this.#listener !== undefined) {
      const tier = TIERS[rank] as Tier
      this.#emit({ type: 'rejected', tier, reason, waitedMs, retryAfterMs })
    }
    return { admitted: false, reason, retryAfterMs }
  }

  #checkIdle(): void {
    if (this.#onIdle === undefined || this.#limiter.inFlight > 0 || this.#room.queued > 0) return
    const onIdle = this.#onIdle
    this.#onIdle = undefined
    onIdle()
  }

  #emit(event: AdmissionEvent): void {
    this.#listener?.(event)
  }

  #emitReleased(passage: Passage, outcome: Outcome, nowMs: number): void {
    if (this.#listener === undefined) return
    const heldMs = nowMs - passage.startedMs
    this.#emit({ type: 'released', tier: passage.tier, outcome, heldMs })
  }

  #rankOf(tier: Tier | undefined): number {
    switch (tier) {
      case undefined:
      case 'important':
        return 1
      case 'critical':
        return 0
      case 'optional':
        return 2
      case 'opportunistic':
        return 3
      default:
        this.#malformed += 1
        return 1
    }
  }

  #deadlineMsOf(request: AdmissionRequest | undefined): number {
    const deadlineMs = request?.deadlineMs
    if (deadlineMs === undefined) return Number.POSITIVE_INFINITY
    if (typeof deadlineMs === 'number' && !Number.isNaN(deadlineMs)) return deadlineMs
    this.#malformed += 1
    return Number.POSITIVE_INFINITY
  }
}
