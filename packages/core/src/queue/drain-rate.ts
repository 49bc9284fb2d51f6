const WINDOW_MS = 50
const NEWEST_WEIGHT = 0.3

/**
 * How fast a queue is served, measured while it is a queue: over spans of at least 50 ms in which it was
 * never empty. What starts at once says nothing about capacity.
 */
export class DrainRate {
  #perMs = 0
  #slotMsPerMs = 0
  #slotSquaresPerMs = 0
  #sinceMs = 0
  #started = 0
  #slotMs = 0
  #slotSquares = 0

  /** Starts per millisecond; 0 until a backlog has lasted long enough to be measured. */
  get perMs(): number {
    return this.#perMs
  }

  /** Permits that those who start keep busy, on average; 0 as long as it is unknown. */
  get busy(): number {
    return this.#slotMsPerMs
  }

  /**
   * For how long the work at any one moment keeps the next from starting, in milliseconds: the mean
   * length of the job that a moment falls into (long jobs take up more moments than their number would
   * say), over the permits that are busy beside it.
   */
  get jobMs(): number {
    const busy = this.#slotMsPerMs
    return busy === 0 ? 0 : this.#slotSquaresPerMs / busy / busy
  }

  /** The queue has its first waiter: a span begins. */
  onBacklog(nowMs: number): void {
    this.#begin(nowMs)
  }

  /** One waiter of the queue has started, and will hold its permits for about `slotMs`; 0: nobody knows. */
  onStart(nowMs: number, slotMs = 0): void {
    this.#started += 1
    const elapsedMs = nowMs - this.#sinceMs
    if (elapsedMs >= WINDOW_MS) {
      this.#perMs = next(this.#perMs, this.#started / elapsedMs)
      this.#slotMsPerMs = next(this.#slotMsPerMs, this.#slotMs / elapsedMs)
      this.#slotSquaresPerMs = next(this.#slotSquaresPerMs, this.#slotSquares / elapsedMs)
      this.#begin(nowMs)
    }
    // The work of who starts at the end of a span is done in the next.
    this.#slotMs += slotMs
    this.#slotSquares += slotMs * slotMs
  }

  #begin(nowMs: number): void {
    this.#sinceMs = nowMs
    this.#started = 0
    this.#slotMs = 0
    this.#slotSquares = 0
  }
}

function next(mean: number, value: number): number {
  return mean === 0 ? value : mean + NEWEST_WEIGHT * (value - mean)
}
