import type { Flow } from '../fairness/flow.ts'
import { Limiter } from '../limiter/limiter.ts'
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
import { Door } from './door.ts'
import { DrainState } from './drain-state.ts'
import type { Lane } from './lane.ts'
import { Lanes } from './lanes.ts'
import { Messenger } from './messenger.ts'
import { type Arrival, Passage } from './passage.ts'
import type { Outcome } from './permit.ts'
import { type Jobs, Pump } from './pump.ts'
import { RequestReader } from './request-reader.ts'

/**
 * The whole question, and its answer: may this request run, now or after waiting? This file is the one
 * place that decides the order of steps. It starts no promise; everything is O(1) for each request.
 */
export class Admission {
  readonly #clock: Clock
  readonly #limiter: Limiter
  readonly #lanes: Lanes
  readonly #rates: RateGate
  readonly #pump: Pump
  readonly #listener: AdmissionParts['listener']
  readonly #messenger: Messenger
  readonly #reader = new RequestReader()
  readonly #drainState = new DrainState()
  readonly #state: AdmissionState
  /** For what takes no permit. */
  readonly door: Door
  /** For a dispatcher that starts one after the other. */
  readonly jobs: Jobs

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range. */
  constructor(parts: AdmissionParts, options: AdmissionOptions = {}) {
    const { clock, limit, pressure = NO_PRESSURE, dispatcher, listener } = parts
    this.#clock = clock
    this.#listener = listener
    this.#limiter = new Limiter(limit, (from, to) => {
      listener?.onEvent({ type: 'limit', from, to, state: limit.snapshot() })
    })
    this.#messenger = new Messenger(clock)
    this.#rates = new RateGate(clock)
    const [limiter, rates, onEvict] = [this.#limiter, this.#rates, this.#evict.bind(this)]
    this.#lanes = new Lanes({ ...parts, pressure, limiter, rates, onEvict }, options)
    const [lanes, reader, drainState] = [this.#lanes, this.#reader, this.#drainState]
    this.#pump = new Pump({ clock, turns: lanes.turns, dispatcher, onTurn: this.#onTurn })
    this.jobs = this.#pump
    this.#state = { limiter, lanes, reader, drainState, pressure }
    this.door = new Door({ clock, rates, ...this.#state })
  }

  /** The names of the pools; `lane` of a passage is an index into them. */
  get poolNames(): readonly string[] {
    return this.#lanes.pools.names
  }

  get inFlight(): number {
    return this.#limiter.inFlight
  }

  get queued(): number {
    return this.#lanes.queued
  }

  get draining(): boolean {
    return this.#drainState.draining
  }

  /** True when a waiter could start now. */
  get isRunnable(): boolean {
    return this.#lanes.turns.isRunnable
  }

  /** For a guard in front: refuses what would be refused whatever else is known of it. */
  refuseAtDoor(request?: AdmissionRequest): Rejection | undefined {
    const rank = this.#reader.rankOf(request?.tier)
    const reason = this.door.refusal(request, rank)
    return reason && this.#lanes.of(request).refusals.atDoor(rank, reason, this.#clock.nowMs())
  }

  /** Admits now or never. The request does not pass those who wait. */
  tryAcquire(request?: AdmissionRequest): Decision {
    return this.#decide(request, undefined, false)
  }

  /** Admits now (state `running`), lets it wait (`queued`: `arrival` hears how that ends), or refuses it. */
  offer(request?: AdmissionRequest, arrival?: Arrival): Passage | Rejection {
    return this.#decide(request, arrival)
  }

  /** The client of a waiter left: its place is free at once. False when it no longer waits. */
  cancel(passage: Passage): boolean {
    if (passage.state !== 'queued') return false
    this.#laneOf(passage.flow).refusals.whileWaiting(passage, 'cancelled', this.#clock.nowMs())
    this.#afterLeave(passage)
    return true
  }

  /** Starts waiters while permits are free and before `untilMs`. Returns how many. */
  pump(untilMs: number = Number.POSITIVE_INFINITY): number {
    return this.#pump.run(untilMs)
  }

  sample(passage: Passage, outcome: Outcome): void {
    const { share, limiter } = this.#laneOf(passage.flow)
    const nowMs = this.#clock.nowMs()
    this.#charge(share, passage, nowMs)
    limiter.learn(outcome, passage, nowMs)
    this.#pump.wake()
  }

  release(passage: Passage, outcome: Outcome): void {
    const { limiter, share, record } = this.#laneOf(passage.flow)
    const isHeard = !passage.sampled || record.hears(passage)
    const nowMs = isHeard ? this.#clock.nowMs() : 0
    limiter.give(passage.cost)
    if (!passage.sampled) this.#charge(share, passage, nowMs)
    share.end(passage)
    if (!passage.sampled) limiter.learn(outcome, passage, nowMs)
    if (isHeard) record.onRelease(passage, outcome, nowMs)
    this.#pump.wake()
    this.#checkIdle()
  }

  /** Options not named stay. @throws {InvalidOptionError} and changes nothing when one is wrong. */
  update(options: AdmissionOptions): void {
    this.#lanes.update(options, this.#clock.nowMs())
    this.#pump.wake()
  }

  /** Lets nobody in any more, serves those who wait, and calls `onIdle` once nothing is left. */
  drain(onIdle: () => void): void {
    const { queued, inFlight } = this
    if (this.#drainState.begin()) this.#listener?.onEvent({ type: 'drain', queued, inFlight })
    this.#drainState.waitForIdle(onIdle)
    this.#checkIdle()
  }

  /** Lets nobody in any more, refuses those who wait, and disarms every timer. Idempotent. */
  close(): void {
    this.#drainState.begin()
    // Who is refused makes room for others, and those are to be refused as well.
    this.#pump.stop()
    this.#lanes.close(this.#clock.nowMs())
  }

  snapshot(): AdmissionSnapshot {
    return describeAdmission(this.#state)
  }

  #decide(request?: AdmissionRequest, arrival?: Arrival, mayWait = true): Passage | Rejection {
    const nowMs = this.#clock.nowMs()
    const rank = this.#reader.rankOf(request?.tier)
    const lane = this.#lanes.of(request)
    const { keeper, refusals } = lane
    const refused = this.door.refusal(request, rank)
    if (refused !== undefined) return refusals.atDoor(rank, refused, nowMs)
    const cost = this.#reader.costOf(request, keeper)
    const flow = lane.share.enter(request, rank, nowMs)
    const overRate = this.#rates.take(flow, cost)
    if (overRate !== undefined) return refusals.overRate(flow, overRate, nowMs)
    if (!mayWait || !this.#mustWait(keeper, flow, cost)) return this.#decideNow(flow, cost, nowMs)
    const deadlineMs = this.#reader.deadlineMsOf(request)
    if (keeper.isDoomed(flow, deadlineMs, nowMs)) {
      return refusals.doomed({ flow, cost }, deadlineMs < keeper.maxWaitMs, nowMs)
    }
    const full = keeper.makePlace(flow, nowMs)
    // Whoever made way has heard of it, and may have given permits back or closed the door.
    const isDecided = this.draining || !this.#mustWait(keeper, flow, cost)
    if (isDecided) return this.#decideNow(flow, cost, nowMs)
    if (full !== undefined) return refusals.beforeWait({ flow, cost }, full, nowMs)
    const passage = new Passage(this, flow, arrival)
    passage.cost = cost
    passage.enqueue(nowMs, keeper.maxWaitMs, deadlineMs)
    lane.room.add(passage, nowMs, keeper.goesFirst(flow, nowMs))
    this.#pump.wake()
    return passage
  }

  /** Without a dispatcher, a request waits only behind others or for a permit. */
  #mustWait(keeper: Lane['keeper'], flow: Flow, cost: number): boolean {
    if (!keeper.hasQueue) return false
    if (keeper.isDispatched) return true
    // A limit may have grown by itself: those who wait already go first.
    this.#pump.wake()
    return !keeper.turns.mayRunNow(flow, cost)
  }

  #decideNow(flow: Flow, cost: number, nowMs: number): Passage | Rejection {
    const lane = this.#laneOf(flow)
    const reason = this.draining ? 'draining' : lane.keeper.refusedWithoutWaiting(flow, cost)
    if (reason !== undefined) return lane.refusals.beforeWait({ flow, cost }, reason, nowMs)
    const passage = new Passage(this, flow, undefined)
    passage.cost = cost
    passage.enqueuedMs = nowMs
    lane.share.startAtOnce(passage)
    return this.#start(lane, passage, nowMs)
  }

  #start({ limiter, record }: Lane, passage: Passage, nowMs: number): Passage {
    passage.start(nowMs, limiter.take(passage.cost), limiter.inFlight)
    record.onAdmit(passage)
    return passage
  }

  readonly #onTurn = (passage: Passage, nowMs: number): void => {
    const lane = this.#laneOf(passage.flow)
    lane.room.start(passage, nowMs)
    this.#start(lane, passage, nowMs)
    this.#messenger.tellAdmitted(passage)
  }

  /** Takes a waiter out of the room and tells whoever asked for it. */
  #evict(passage: Passage, reason: RejectReason, nowMs: number): void {
    const { refusals } = this.#laneOf(passage.flow)
    this.#messenger.tellRejected(passage, refusals.whileWaiting(passage, reason, nowMs))
    this.#afterLeave(passage)
  }

  #afterLeave(passage: Passage): void {
    if (this.#laneOf(passage.flow).keeper.turns.onLeave(passage)) this.#pump.wake()
    this.#checkIdle()
  }

  #charge(share: Lane['share'], passage: Passage, nowMs: number): void {
    this.#pump.settle(passage, nowMs)
    share.settle(passage, nowMs, this.#limiter.most)
  }

  #laneOf({ lane }: Flow): Lane {
    return this.#lanes.all[lane] as Lane
  }

  #checkIdle(): void {
    if (this.draining) this.#drainState.check(this.inFlight + this.queued)
  }
}
