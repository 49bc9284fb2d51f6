import type { Clock } from '../time/clock.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { Passage } from './passage.ts'
import { ThreadTime } from './thread-time.ts'

/** Says whose turn it is. */
export interface Turns {
  /** True when a waiter could start now. */
  readonly isRunnable: boolean
  /** The waiter whose turn it is. */
  next(nowMs: number): Passage | undefined
}

export interface PumpParts {
  readonly clock: Clock
  readonly turns: Turns
  readonly dispatcher: Dispatcher | undefined
  /** Starts a waiter and tells whoever asked for it. */
  readonly onTurn: (passage: Passage, nowMs: number) => void
}

/**
 * Starts work one job after the other, and tells how long each keeps the thread from all others: a
 * handler that computes for 4 ms takes more of a service than one that waits 12 ms for a database.
 *
 * A dispatcher may start some before the first is done, and then ends them together.
 */
export interface Jobs {
  /** Starts one waiter now, which has the thread until `endJobs` at most. False when none may start. */
  startNext(nowMs: number): boolean
  /** Several were started, one after the other, and now go on by turns. */
  endStarts(nowMs: number): void
  /** Those that were started have given the thread back: each has ended, or waits for something. */
  endJobs(nowMs: number): void
}

/** Starts waiters while permits are free: at once, or when the dispatcher says so. */
export class Pump implements Jobs {
  readonly #clock: Clock
  readonly #turns: Turns
  readonly #dispatcher: Dispatcher | undefined
  readonly #onTurn: PumpParts['onTurn']
  #running = false
  readonly #thread = new ThreadTime()

  constructor({ clock, turns, dispatcher, onTurn }: PumpParts) {
    this.#clock = clock
    this.#turns = turns
    this.#dispatcher = dispatcher
    this.#onTurn = onTurn
  }

  /** A waiter may be able to start. */
  wake(): void {
    const dispatcher = this.#dispatcher
    if (dispatcher?.isAwake === true || !this.#turns.isRunnable) return
    if (dispatcher === undefined) this.run(Number.POSITIVE_INFINITY)
    else dispatcher.wake()
  }

  /** Starts nobody any more. */
  stop(): void {
    this.#running = true
  }

  /** Starts waiters while the clock is before `untilMs`. Returns how many. */
  run(untilMs: number): number {
    // Work that starts here may release or offer in turn; the loop below sees what it left.
    if (this.#running) return 0
    this.#running = true
    let started = 0
    try {
      for (let nowMs = this.#clock.nowMs(); nowMs < untilMs; nowMs = this.#clock.nowMs()) {
        if (!this.#startOne(nowMs, false)) break
        started += 1
      }
    } finally {
      this.#running = false
    }
    return started
  }

  startNext(nowMs: number): boolean {
    if (this.#running) return false
    this.#running = true
    try {
      return this.#startOne(nowMs, true)
    } finally {
      this.#running = false
    }
  }

  endStarts(nowMs: number): void {
    this.#thread.endBegin(nowMs)
  }

  endJobs(nowMs: number): void {
    this.#thread.end(nowMs)
  }

  /** A request is done, and what it used is about to be counted. */
  settle(passage: Passage, nowMs: number): void {
    if (passage.hasThread) this.#thread.settle(passage, nowMs)
  }

  #startOne(nowMs: number, isJob: boolean): boolean {
    const passage = this.#turns.next(nowMs)
    if (passage === undefined) return false
    if (isJob) this.#thread.begin(passage, nowMs)
    this.#onTurn(passage, nowMs)
    return true
  }
}
