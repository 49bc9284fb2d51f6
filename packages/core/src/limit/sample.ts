/** What one finished request teaches. Nanoseconds, so that the published reference traces replay bit for bit. */
export interface Sample {
  /** When the permit was taken, in nanoseconds on the caller's monotonic clock. */
  readonly startNs: number
  /** From the permit to the end of the work, in nanoseconds. Below 1 counts as 1. */
  readonly latencyNs: number
  /** Requests in flight when the permit was taken, this one included: an integer, at least 1. */
  readonly inFlight: number
  /** True when the request failed because something was overloaded (a timeout, a downstream 503). */
  readonly overloaded: boolean
}
