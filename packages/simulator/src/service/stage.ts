/** A place where a request spends time. */
export interface Stage {
  /** Keeps a request for `durationMs` of work, and as long as it has to wait for it. Then calls `done`. */
  serve(durationMs: number, done: () => void): void
}
