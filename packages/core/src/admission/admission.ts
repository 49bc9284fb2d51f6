import { FairShare } from '../fairness/fair-share.ts'
import type { Flow } from '../fairness/flow.ts'
import { Limiter } from '../limiter/limiter.ts'
import { RoomKeeper } from '../queue/room-keeper.ts'
import { WaitingRoom } from '../queue/waiting-room.ts'
import { RateGate } from '../rate/rate-gate.ts'
import { NO_PRESSURE } from '../shed/pressure.ts'
import type { Clock } from '../time/clock.ts'
import type { AdmissionOptions } from './admission-options.ts'
import type { AdmissionParts } from './admission-parts.ts'
import type { AdmissionRequest } from './admission-request.ts'
import {
  type AdmissionSnapshot,
  type AdmissionState,
  describeAdmission,
} from './admission-snapshot.ts'
import type { Decision, Rejection, RejectReason } from './decision.ts'
import { DecisionRecord } from './decision-record.ts'
import { DrainState } from './drain-state.ts'
import { Messenger } from './messenger.ts'
import { type Arrival, Passage } from './passage.ts'
import type { Outcome } from './permit.ts'
import { Pump } from './pump.ts'
import { Refusals } from './refusals.ts'
import { RequestReader } from './request-reader.ts'

/**
 * The whole question, and its answer: may this request run, now or after waiting? This file is the one
 * place that decides the order of steps. It starts no promise; everything is O(1) for each request.
 */
export class Admission {
  readonly #clock: Clock
  readonly #limiter: Limiter
  readonly #share: FairShare
  readonly #room: WaitingRoom
  readonly #keeper: RoomKeeper
  readonly #rates: RateGate
  readonly #pump: Pump
  readonly #record: DecisionRecord
  readonly #refusals: Refusals
  readonly #messenger: Messenger
  readonly #reader = new RequestReader()
  readonly #drainState = new DrainState()
  readonly #state: AdmissionState

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range. */
  constructor(parts: AdmissionParts, options: AdmissionOptions = {}) {
    const { clock, random, limit, pressure = NO_PRESSURE, dispatcher, listener } = parts
    this.#clock = clock
    this.#limiter = new Limiter(limit, (from, to) => {
      this.#record.emit({ type: 'limit', from, to })
    })
    this.#messenger = new Messenger(clock)
    this.#share = new FairShare(random)
    this.#rates = new RateGate(clock)
    const [limiter, share, rates] = [this.#limiter, this.#share, this.#rates]
    const onEvict = this.#evict.bind(this)
    this.#room = new WaitingRoom(clock, share, onEvict)
    const room = this.#room
    this.#record = new DecisionRecord({ clock, random, listener, backlog: room, limiter })
    const record = this.#record
    this.#refusals = new Refusals({ room, share, record, rates })
    const shared = { room, share, limiter, pressure, dispatcher, rates, random, onEvict }
    this.#keeper = new RoomKeeper(shared, options)
    const [keeper, reader, drainState] = [this.#keeper, this.#reader, this.#drainState]
    this.#pump = new Pump({ clock, turns: keeper.turns, dispatcher, onTurn: this.#onTurn })
    this.#state = { limiter, room, share, record, keeper, reader, drainState, pressure }
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
    return this.#keeper.turns.isRunnable
  }

  /** For a guard in front: refuses what would be refused whatever else is known of it. */
  refuseAtDoor(request?: AdmissionRequest): Rejection | undefined {
    const rank = this.#reader.rankOf(request?.tier)
    const reason = this.#refusedAtDoor(request, rank)
    return reason && this.#refusals.atDoor(rank, reason, this.#clock.nowMs())
  }

  /** Admits now or never. The request does not pass those who wait. */
  tryAcquire(request?: AdmissionRequest): Decision {
    return this.#decide(request, undefined, false)
  }

  /**
   * Admits now, lets the request wait, or refuses it. A passage in state `running` is admitted; one in
   * state `queued` waits, and `arrival` hears how it ends.
   */
  offer(request?: AdmissionRequest, arrival?: Arrival): Passage | Rejection {
    return this.#decide(request, arrival)
  }

  /** The client of a waiter left: its place is free at once. False when it no longer waits. */
  cancel(passage: Passage): boolean {
    if (passage.state !== 'queued') return false
    this.#refusals.whileWaiting(passage, 'cancelled', this.#clock.nowMs())
    this.#afterLeave(passage)
    return true
  }

  /** Starts waiters while permits are free and the clock is before `untilMs`. Returns how many. */
  pump(untilMs: number = Number.POSITIVE_INFINITY): number {
    return this.#pump.run(untilMs)
  }

  /** Called by a passage. The limit may have grown then. */
  sample(passage: Passage, outcome: Outcome): void {
    const nowMs = this.#clock.nowMs()
    this.#share.settle(passage, nowMs)
    this.#limiter.learn(outcome, passage, nowMs)
    this.#pump.wake()
  }

  /** Called by a passage. */
  release(passage: Passage, outcome: Outcome): void {
    const { sampled } = passage
    const isHeard = !sampled || this.#record.perRequest
    const nowMs = isHeard ? this.#clock.nowMs() : 0
    this.#limiter.give(passage.cost)
    if (!sampled) this.#share.settle(passage, nowMs)
    this.#share.end(passage)
    if (!sampled) this.#limiter.learn(outcome, passage, nowMs)
    if (isHeard) this.#record.onRelease(passage, outcome, nowMs)
    this.#pump.wake()
    this.#checkIdle()
  }

  /** Options not named stay. @throws {InvalidOptionError} and changes nothing when one is wrong. */
  update(options: AdmissionOptions): void {
    this.#keeper.update(options, this.#clock.nowMs())
    this.#pump.wake()
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
    // Who is refused makes room for others, and those are to be refused as well.
    this.#pump.stop()
    this.#keeper.evictAll('draining', this.#clock.nowMs())
    this.#room.stop()
    this.#record.stop()
  }

  snapshot(): AdmissionSnapshot {
    return describeAdmission(this.#state)
  }

  #decide(request?: AdmissionRequest, arrival?: Arrival, mayWait = true): Passage | Rejection {
    const nowMs = this.#clock.nowMs()
    const rank = this.#reader.rankOf(request?.tier)
    const refused = this.#refusedAtDoor(request, rank)
    if (refused !== undefined) return this.#refusals.atDoor(rank, refused, nowMs)

    const cost = this.#reader.costOf(request, this.#keeper)
    const flow = this.#share.enter(request, rank, nowMs)
    const overRate = this.#rates.take(flow, cost)
    if (overRate !== undefined) return this.#refusals.overRate(flow, overRate, nowMs)
    if (!mayWait || !this.#mustWait(flow, cost)) return this.#decideNow(flow, cost, nowMs)
    const deadlineMs = this.#reader.deadlineMsOf(request)
    if (this.#keeper.isDoomed(flow, deadlineMs, nowMs)) {
      return this.#refusals.doomed({ flow, cost }, deadlineMs < this.#keeper.maxWaitMs, nowMs)
    }
    const full = this.#keeper.makePlace(flow, nowMs)
    // Whoever made way has heard of it, and may have given permits back or closed the door.
    if (this.draining || !this.#mustWait(flow, cost)) return this.#decideNow(flow, cost, nowMs)
    if (full !== undefined) return this.#refusals.beforeWait({ flow, cost }, full, nowMs)
    const passage = new Passage(this, flow, arrival)
    passage.cost = cost
    passage.enqueue(nowMs, this.#keeper.maxWaitMs, deadlineMs)
    this.#room.add(passage, nowMs, this.#keeper.goesFirst(flow, nowMs))
    this.#pump.wake()
    return passage
  }

  #refusedAtDoor(request: AdmissionRequest | undefined, rank: number): RejectReason | undefined {
    if (this.draining) return 'draining'
    if (this.#state.pressure.isHard && rank > 0) return 'pressure'
    return this.#reader.refusedBefore(request)
  }

  /** Without a dispatcher, a request waits only behind others or for a permit. */
  #mustWait(flow: Flow, cost: number): boolean {
    if (!this.#keeper.hasQueue) return false
    if (this.#keeper.isDispatched) return true
    // A limit may have grown by itself: those who wait already go first.
    this.#pump.wake()
    return !this.#keeper.turns.mayRunNow(flow, cost)
  }

  #decideNow(flow: Flow, cost: number, nowMs: number): Passage | Rejection {
    const reason = this.draining ? 'draining' : this.#keeper.refusedWithoutWaiting(flow, cost)
    if (reason !== undefined) return this.#refusals.beforeWait({ flow, cost }, reason, nowMs)
    const passage = new Passage(this, flow, undefined)
    passage.cost = cost
    passage.enqueuedMs = nowMs
    this.#share.startAtOnce(passage)
    return this.#start(passage, nowMs)
  }

  #start(passage: Passage, nowMs: number): Passage {
    passage.start(nowMs, this.#limiter.take(passage.cost))
    this.#record.onAdmit(passage)
    return passage
  }

  readonly #onTurn = (passage: Passage, nowMs: number): void => {
    this.#room.start(passage, nowMs)
    this.#start(passage, nowMs)
    this.#messenger.tellAdmitted(passage)
  }

  /** Takes a waiter out of the room and tells whoever asked for it. */
  #evict(passage: Passage, reason: RejectReason, nowMs: number): void {
    this.#messenger.tellRejected(passage, this.#refusals.whileWaiting(passage, reason, nowMs))
    this.#afterLeave(passage)
  }

  #afterLeave(passage: Passage): void {
    if (this.#keeper.turns.onLeave(passage)) this.#pump.wake()
    this.#checkIdle()
  }

  #checkIdle(): void {
    this.#drainState.check(this.inFlight + this.queued)
  }
}
