import type { Clock } from '../time/clock.ts'
import type { Rejection } from './decision.ts'
import type { Passage } from './passage.ts'

/**
 * Tells arrivals how their wait ended.
 *
 * What one of them throws must not fail whoever happens to be on the stack: the request whose release
 * made room, or the timer that has others to tell. It is thrown again from a task of its own, where the
 * host sees it as it sees any error that nobody caught.
 */
export class Messenger {
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A passage whose arrival throws gives its permit back: nobody else will. */
  tellAdmitted(passage: Passage): void {
    try {
      passage.arrival?.onAdmit(passage)
    } catch (error) {
      passage.release('ignore')
      this.#rethrow(error)
    }
  }

  tellRejected(passage: Passage, rejection: Rejection): void {
    try {
      passage.arrival?.onReject(rejection)
    } catch (error) {
      this.#rethrow(error)
    }
  }

  #rethrow(error: unknown): void {
    this.#clock.schedule(0, () => {
      throw error
    })
  }
}
