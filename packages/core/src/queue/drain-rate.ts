const WINDOW_MS = 50
const NEWEST_WEIGHT = 0.3

/**
 * How fast a queue is served, measured while it is a queue: starts per millisecond over spans of at
 * least 50 ms in which it was never empty. What starts at once says nothing about capacity.
 */
export class DrainRate {
  #perMs = 0
  #sinceMs = 0
  #started = 0

  /** Starts per millisecond; 0 until a backlog has lasted long enough to be measured. */
  get perMs(): number {
    return this.#perMs
  }

  /** The queue has its first waiter: a span begins. */
  onBacklog(nowMs: number): void {
    this.#sinceMs = nowMs
    this.#started = 0
  }

  /** One waiter of the queue has started. */
  onStart(nowMs: number): void {
    this.#started += 1
    const elapsedMs = nowMs - this.#sinceMs
    if (elapsedMs < WINDOW_MS) return
    const perMs = this.#started / elapsedMs
    this.#perMs = this.#perMs === 0 ? perMs : this.#perMs + NEWEST_WEIGHT * (perMs - this.#perMs)
    this.#sinceMs = nowMs
    this.#started = 0
  }
}
