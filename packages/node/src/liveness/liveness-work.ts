/** What the thread that answers probes is given. */
export interface LivenessWork {
  /** Beats of the event loop, and where the process is: an index into `READINESS_STATES`. */
  readonly shared: Int32Array
  readonly port: number
  readonly host: string | undefined
  readonly maxBlockedMs: number
}
