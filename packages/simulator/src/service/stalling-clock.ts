import type { Clock } from '@headgate/core'

/**
 * A clock for a service that can stand still: while it is stalled, the time of the work under way does
 * not pass. What is scheduled falls due later by as long as the stalls it went through; `nowMs` goes on.
 */
export class StallingClock implements Clock {
  readonly #clock: Clock
  #stalledUntilMs = 0
  /** Stalled time in all, up to the end of the stall under way. */
  #stalledMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Nothing gets on for the next `forMs`; a stall under way is prolonged. */
  stall(forMs: number): void {
    const nowMs = this.nowMs()
    const untilMs = Math.max(this.#stalledUntilMs, nowMs + forMs)
    this.#stalledMs += untilMs - Math.max(this.#stalledUntilMs, nowMs)
    this.#stalledUntilMs = untilMs
  }

  nowMs(): number {
    return this.#clock.nowMs()
  }

  schedule(delayMs: number, task: () => void): () => void {
    // What begins during a stall begins in truth at its end.
    const restMs = Math.max(0, this.#stalledUntilMs - this.nowMs())
    let stalledMs = this.#stalledMs
    let cancel = this.#clock.schedule(restMs + delayMs, () => onDue())
    const onDue = (): void => {
      const lostMs = this.#stalledMs - stalledMs
      if (lostMs <= 0) {
        task()
        return
      }
      stalledMs = this.#stalledMs
      cancel = this.#clock.schedule(lostMs, onDue)
    }
    return () => cancel()
  }
}
