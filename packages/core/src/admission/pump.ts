import type { Clock } from '../time/clock.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { Passage } from './passage.ts'

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

/** Starts waiters while permits are free: at once, or when the dispatcher says so. */
export class Pump {
  readonly #clock: Clock
  readonly #turns: Turns
  readonly #dispatcher: Dispatcher | undefined
  readonly #onTurn: PumpParts['onTurn']
  #running = false

  constructor({ clock, turns, dispatcher, onTurn }: PumpParts) {
    this.#clock = clock
    this.#turns = turns
    this.#dispatcher = dispatcher
    this.#onTurn = onTurn
  }

  /** A waiter may be able to start. */
  wake(): void {
    if (!this.#turns.isRunnable) return
    if (this.#dispatcher === undefined) this.run(Number.POSITIVE_INFINITY)
    else this.#dispatcher.wake()
  }

  /** Starts nobody any more. */
  stop(): void {
    this.#running = true
  }

  /** Starts waiters, `most` of them, while the clock is before `untilMs`. Returns how many. */
  run(untilMs: number, most: number = Number.POSITIVE_INFINITY): number {
    // Work that starts here may release or offer in turn; the loop below sees what it left.
    if (this.#running) return 0
    this.#running = true
    let started = 0
    try {
      while (started < most && this.#turns.isRunnable) {
        const nowMs = this.#clock.nowMs()
        if (nowMs >= untilMs) break
        const passage = this.#turns.next(nowMs)
        if (passage === undefined) break
        started += 1
        this.#onTurn(passage, nowMs)
      }
    } finally {
      this.#running = false
    }
    return started
  }
}
