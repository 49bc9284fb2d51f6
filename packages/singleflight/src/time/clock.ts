/** Time as a capability; the clock of `@headgate/core` is one. */
export interface Clock {
  /** Monotonic milliseconds, with fractions. Only differences have meaning. */
  nowMs(): number
  /** Runs `task` once, no sooner than `delayMs` from now. Returns a function that cancels it. */
  schedule(delayMs: number, task: () => void): () => void
}
