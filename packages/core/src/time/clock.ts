/** Time as a capability. Pure packages are given one and never read the system clock. */
export interface Clock {
  /** Monotonic milliseconds, with fractions. Only differences have meaning. */
  nowMs(): number
  /**
   * Runs `task` once, no sooner than `delayMs` from now. Returns a function that cancels it. Below 0 is 0;
   * a delay is finite.
   */
  schedule(delayMs: number, task: () => void): () => void
}
