import { checkFunction, checkKnownNames, checkMethods } from '../option/check-option.ts'
import { InvalidOptionError } from '../option/invalid-option-error.ts'
import type { Clock } from '../time/clock.ts'
import type { Abort, CallerSignal } from './abort.ts'
import { Flight, type FlightEnd, type Work } from './flight.ts'
import {
  type ResolvedSingleflightOptions,
  resolveSingleflightOptions,
  type SingleflightOptions,
} from './singleflight-options.ts'

export interface SingleflightParts<Signal> {
  readonly clock: Pick<Clock, 'nowMs'>
  /** Called once for each execution: `() => new AbortController()`. */
  readonly newAbort: () => Abort<Signal>
}

/** What one caller says about itself. */
export interface RunOptions {
  /** Ends the waiting of this caller, and of nobody else; `run` then rejects with its reason. */
  readonly signal?: CallerSignal | undefined
  /** Called at once, from within `run`, when this call joins another's execution instead of starting its own. */
  readonly onJoin?: (() => void) | undefined
}

export interface SingleflightSnapshot {
  /** Executions that can be joined now. */
  readonly flights: number
  /** Executions started to be shared, since construction. */
  readonly started: number
  /** Calls that joined one. */
  readonly joined: number
  /** Executions run apart: at a bound, without a key, or from within the work of the same key. */
  readonly apart: number
  /** Executions aborted because everybody had left. */
  readonly abandoned: number
  /** Flights that grew too old to be joined. */
  readonly aged: number
}

/**
 * One execution for concurrent calls with the same key.
 *
 * Keys are compared as in a `Map`: objects by identity. The key `undefined` is no key: such a call runs apart.
 * Explained in docs/algorithms/singleflight.md.
 */
export class Singleflight<Signal = unknown> {
  readonly #clock: Pick<Clock, 'nowMs'>
  readonly #newAbort: () => Abort<Signal>
  readonly #options: ResolvedSingleflightOptions
  /** In the order of their start: a key that flies again was deleted before, and is added at the end. */
  readonly #flights = new Map<unknown, Flight<Signal>>()
  readonly #counts = { started: 0, joined: 0, apart: 0, abandoned: 0, aged: 0 }

  constructor(dependencies: SingleflightParts<Signal>, options: SingleflightOptions = {}) {
    checkKnownNames('dependencies', dependencies, ['clock', 'newAbort'])
    checkMethods('dependencies.clock', dependencies.clock, ['nowMs'])
    checkFunction('dependencies.newAbort', dependencies.newAbort)
    this.#clock = dependencies.clock
    this.#newAbort = dependencies.newAbort
    this.#options = resolveSingleflightOptions(options)
  }

  /** How many executions can be joined now. */
  get size(): number {
    return this.#flights.size
  }

  /** True at `maxFlights`: a key that is not in the air would run apart. */
  get isFull(): boolean {
    return !this.#hasRoom(this.#clock.nowMs())
  }

  /**
   * The result of `work`, or of the execution for the same key that is in the air. Rejects with what the
   * work threw, and with the reason of `signal` when that comes first.
   */
  run<Value>(key: unknown, work: Work<Value, Signal>, options: RunOptions = {}): Promise<Value> {
    const { signal } = options
    if (signal !== undefined) {
      if (typeof signal?.addEventListener !== 'function') {
        return Promise.reject(new InvalidOptionError('signal', 'an AbortSignal', signal))
      }
      if (signal.aborted) return Promise.reject(signal.reason)
    }
    try {
      return this.#joinOrStart(key, work, options)
    } catch (error) {
      // What was handed in threw: `newAbort`, or the clock.
      return Promise.reject(error)
    }
  }

  /** True while an execution for this key can be joined. */
  has(key: unknown): boolean {
    return this.#joinable(key, this.#clock.nowMs()) !== undefined
  }

  /** The next caller with this key starts anew; those who wait get what they wait for. False if none was in the air. */
  forget(key: unknown): boolean {
    const flight = this.#flights.get(key)
    if (flight === undefined) return false
    this.#retire(flight)
    return true
  }

  /** `forget` for every key. */
  forgetAll(): void {
    for (const flight of this.#flights.values()) this.#retire(flight)
  }

  snapshot(): SingleflightSnapshot {
    return { flights: this.#flights.size, ...this.#counts }
  }

  #joinOrStart<Value>(
    key: unknown,
    work: Work<Value, Signal>,
    { signal, onJoin }: RunOptions,
  ): Promise<Value> {
    const nowMs = this.#clock.nowMs()
    const flight = this.#joinable(key, nowMs)
    if (flight === undefined) {
      const isShared = key !== undefined && this.#hasRoom(nowMs)
      return this.#start(this.#createFlight(key, nowMs), { work, signal, isShared })
    }
    // The work that asks for its own key would wait for itself for ever.
    const isOwn = flight.isStarting || flight.isOwnSignal(signal)
    if (isOwn || flight.waiting > this.#options.maxFollowers) {
      return this.#start(this.#createFlight(key, nowMs), { work, signal, isShared: false })
    }
    this.#counts.joined += 1
    return flight.wait(signal, onJoin)
  }

  #joinable(key: unknown, nowMs: number): Flight<Signal> | undefined {
    const flight = this.#flights.get(key)
    if (flight === undefined || !this.#isAged(flight, nowMs)) return flight
    this.#counts.aged += 1
    this.#retire(flight)
    return undefined
  }

  /** Executions that never end must not take the room for ever: the oldest make way once they are too old. */
  #hasRoom(nowMs: number): boolean {
    for (const flight of this.#flights.values()) {
      if (!this.#isAged(flight, nowMs)) break
      this.#counts.aged += 1
      this.#retire(flight)
    }
    return this.#flights.size < this.#options.maxFlights
  }

  #isAged(flight: Flight<Signal>, nowMs: number): boolean {
    return nowMs - flight.startedMs >= this.#options.maxAgeMs
  }

  #createFlight(key: unknown, startedMs: number): Flight<Signal> {
    const { copy } = this.#options
    return new Flight({ key, startedMs, copy, abort: this.#newAbort(), onEnd: this.#onEnd })
  }

  #start<Value>(
    flight: Flight<Signal>,
    { work, signal, isShared }: Start<Value, Signal>,
  ): Promise<Value> {
    if (isShared) {
      this.#counts.started += 1
      this.#flights.set(flight.key, flight)
    } else {
      this.#counts.apart += 1
      flight.isCurrent = false
    }
    const result = flight.wait<Value>(signal)
    flight.start(work)
    return result
  }

  readonly #onEnd = (flight: Flight<Signal>, cause: FlightEnd): void => {
    if (cause === 'left') this.#counts.abandoned += 1
    this.#retire(flight)
  }

  #retire(flight: Flight<Signal>): void {
    // A forgotten flight may end after the next one for its key has begun.
    if (this.#flights.get(flight.key) === flight) this.#flights.delete(flight.key)
    flight.isCurrent = false
  }
}

interface Start<Value, Signal> {
  readonly work: Work<Value, Signal>
  readonly signal: CallerSignal | undefined
  readonly isShared: boolean
}
