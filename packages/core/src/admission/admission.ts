import { Limiter } from '../limiter/limiter.ts'
import { RoomKeeper } from '../queue/room-keeper.ts'
import { WaitingRoom } from '../queue/waiting-room.ts'
import { NO_PRESSURE, type Pressure } from '../shed/pressure.ts'
import type { Clock } from '../time/clock.ts'
import type { AdmissionOptions } from './admission-options.ts'
import type { AdmissionParts } from './admission-parts.ts'
import type { AdmissionRequest } from './admission-request.ts'
import { type AdmissionSnapshot, describeAdmission } from './admission-snapshot.ts'
import type { Decision, Rejection, RejectReason } from './decision.ts'
import { DecisionRecord } from './decision-record.ts'
import type { Dispatcher } from './dispatcher.ts'
import { DrainState } from './drain-state.ts'
import { Messenger } from './messenger.ts'
import { type Arrival, Passage } from './passage.ts'
import type { Outcome } from './permit.ts'
import { RequestReader } from './request-reader.ts'

/**
 * The whole question, and its answer: may this request run, now or after waiting? This file is the one
 * place that decides the order of steps. It starts no promise; everything is O(1) for each request.
 */
export class Admission {
  readonly #clock: Clock
  readonly #limiter: Limiter
  readonly #pressure: Pressure
  readonly #dispatcher: Dispatcher | undefined
  readonly #room: WaitingRoom
  readonly #keeper: RoomKeeper
  readonly #record: DecisionRecord
  readonly #messenger: Messenger
  readonly #reader = new RequestReader()
  readonly #drainState = new DrainState()
  #pumping = false

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range. */
  constructor(parts: AdmissionParts, options: AdmissionOptions = {}) {
    const { clock, random, limit, pressure = NO_PRESSURE, dispatcher, listener } = parts
    this.#clock = clock
    this.#limiter = new Limiter(limit, (from, to) => {
      this.#record.emit({ type: 'limit', from, to })
    })
    this.#pressure = pressure
    this.#dispatcher = dispatcher
    this.#messenger = new Messenger(clock)
    const onEvict = this.#evict.bind(this)
    this.#room = new WaitingRoom(clock, (passage, nowMs) => onEvict(passage, 'expired', nowMs))
    const [room, limiter] = [this.#room, this.#limiter]
    this.#record = new DecisionRecord({ clock, random, listener, backlog: room, limiter })
    this.#keeper = new RoomKeeper({ room, limiter, pressure, dispatcher, onEvict }, options)
  }

  get inFlight(): number {
    return this.#limiter.inFlight
  }

  get queued(): number {
    return this.#room.queued
  }

  get draining(): boolean {
    return this.#drainState.draining
  }

  /** True when a waiter could start now. */
  get isRunnable(): boolean {
    return this.#room.queued > 0 && this.#limiter.hasRoom
  }

  /** For a guard in front: refuses what would be refused whatever else is known of it. */
  refuseAtDoor(request?: AdmissionRequest): Rejection | undefined {
    const rank = this.#reader.rankOf(request?.tier)
    const reason = this.#refusedAtDoor(request, rank)
    if (reason === undefined) return undefined
    return this.#refuse(rank, reason, this.#clock.nowMs())
  }

  /** Admits now or never. The request does not pass those who wait. */
  tryAcquire(request?: AdmissionRequest): Decision {
    const nowMs = this.#clock.nowMs()
    const rank = this.#reader.rankOf(request?.tier)
    const reason = this.#refusedAtDoor(request, rank)
    if (reason !== undefined) return this.#refuse(rank, reason, nowMs)
    return this.#decideNow(rank, undefined, nowMs)
  }

  /**
   * Admits now, lets the request wait, or refuses it. A passage in state `running` is admitted; one in
   * state `queued` waits, and `arrival` hears how it ends.
   */
  offer(request?: AdmissionRequest, arrival?: Arrival): Passage | Rejection {
    const nowMs = this.#clock.nowMs()
    const rank = this.#reader.rankOf(request?.tier)
    const refused = this.#refusedAtDoor(request, rank)
    if (refused !== undefined) return this.#refuse(rank, refused, nowMs)

    if (!this.#mustWait()) return this.#decideNow(rank, arrival, nowMs)
    const full = this.#keeper.makePlace(rank, nowMs)
    // Whoever made way has heard of it, and may have given permits back or closed the door.
    if (this.draining || !this.#mustWait()) return this.#decideNow(rank, arrival, nowMs)
    if (full !== undefined) return this.#refuse(rank, full, nowMs)

    const passage = new Passage(this, rank, arrival)
    passage.enqueue(nowMs, this.#keeper.maxWaitMs, this.#reader.deadlineMsOf(request))
    this.#room.add(passage, nowMs)
    this.#wake()
    return passage
  }

  /** The client of a waiter left: its place is free at once. False when it no longer waits. */
  cancel(passage: Passage): boolean {
    if (passage.state !== 'queued') return false
    this.#leave(passage, 'cancelled', this.#clock.nowMs())
    this.#checkIdle()
    return true
  }

  /** Starts waiters while permits are free and the clock is before `untilMs`. Returns how many. */
  pump(untilMs: number = Number.POSITIVE_INFINITY): number {
    // Work that starts here may release or offer in turn; the loop below sees what it left.
    if (this.#pumping) return 0
    this.#pumping = true
    let started = 0
    try {
      while (this.isRunnable) {
        const nowMs = this.#clock.nowMs()
        if (nowMs >= untilMs) break
        const passage = this.#keeper.next(nowMs)
        if (passage === undefined) break
        this.#room.start(passage, nowMs)
        this.#start(passage, nowMs)
        started += 1
        this.#messenger.tellAdmitted(passage)
      }
    } finally {
      this.#pumping = false
    }
    return started
  }

  /** Called by a passage. */
  sample(passage: Passage, outcome: Outcome): void {
    this.#limiter.learn(outcome, passage, this.#clock.nowMs())
    // The limit may have grown.
    this.#wake()
  }

  /** Called by a passage. */
  release(passage: Passage, outcome: Outcome): void {
    this.#limiter.give()
    if (!passage.sampled || this.#record.perRequest) {
      const nowMs = this.#clock.nowMs()
      if (!passage.sampled) this.#limiter.learn(outcome, passage, nowMs)
      this.#record.onRelease(passage, outcome, nowMs)
    }
    this.#wake()
    this.#checkIdle()
  }

  /** @throws {InvalidOptionError} and changes nothing when an option is wrong. */
  update(options: AdmissionOptions): void {
    this.#keeper.update(options, this.#clock.nowMs())
    this.#wake()
  }

  /** Lets nobody in any more, serves those who wait, and calls `onIdle` once nothing is left. */
  drain(onIdle: () => void): void {
    const { queued, inFlight } = this
    if (this.#drainState.begin()) this.#record.emit({ type: 'drain', queued, inFlight })
    this.#drainState.waitForIdle(onIdle)
    this.#checkIdle()
  }

  /** Lets nobody in any more, refuses those who wait, and disarms every timer. Idempotent. */
  close(): void {
    this.#drainState.begin()
    this.#keeper.evictAll('draining', this.#clock.nowMs())
    this.#room.stop()
    this.#record.stop()
  }

  snapshot(): AdmissionSnapshot {
    return describeAdmission({
      limiter: this.#limiter,
      room: this.#room,
      record: this.#record,
      pressure: this.#pressure.level,
      maxQueued: this.#keeper.maxQueued,
      draining: this.draining,
      malformed: this.#reader.malformed,
    })
  }

  #refusedAtDoor(request: AdmissionRequest | undefined, rank: number): RejectReason | undefined {
    if (this.draining) return 'draining'
    if (this.#pressure.isHard && rank > 0) return 'pressure'
    return this.#reader.refusedBefore(request)
  }

  /** Without a dispatcher, a request waits only behind others or for a permit. */
  #mustWait(): boolean {
    if (!this.#keeper.hasQueue) return false
    if (this.#dispatcher !== undefined) return true
    // A limit may have grown by itself: those who wait already go first.
    this.#wake()
    return this.#room.queued > 0 || !this.#limiter.hasRoom
  }

  #decideNow(rank: number, arrival: Arrival | undefined, nowMs: number): Passage | Rejection {
    const reason = this.draining ? 'draining' : this.#keeper.refusedWithoutWaiting(rank)
    if (reason !== undefined) return this.#refuse(rank, reason, nowMs)
    const passage = new Passage(this, rank, arrival)
    passage.enqueuedMs = nowMs
    return this.#start(passage, nowMs)
  }

  #start(passage: Passage, nowMs: number): Passage {
    passage.start(nowMs, this.#limiter.take())
    this.#record.onAdmit(passage)
    return passage
  }

  #wake(): void {
    if (!this.isRunnable) return
    if (this.#dispatcher === undefined) this.pump()
    else this.#dispatcher.wake()
  }

  /** Takes a waiter out of the room and tells whoever asked for it. */
  #evict(passage: Passage, reason: RejectReason, nowMs: number): void {
    this.#messenger.tellRejected(passage, this.#leave(passage, reason, nowMs))
    this.#checkIdle()
  }

  #leave(passage: Passage, reason: RejectReason, nowMs: number): Rejection {
    this.#room.remove(passage)
    passage.leave(nowMs)
    return this.#record.onLeave(passage, reason, nowMs)
  }

  #refuse(rank: number, reason: RejectReason, nowMs: number): Rejection {
    // Nobody who has just come can have expired by anything else than its own deadline.
    const isOwnDeadline = reason === 'expired'
    return this.#record.onRefuse({ rank, reason, waitedMs: 0, nowMs, isOwnDeadline })
  }

  #checkIdle(): void {
    this.#drainState.check(this.inFlight + this.queued)
  }
}
