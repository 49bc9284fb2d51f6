/** What a drain has come to. */
export interface DrainReport {
  /** Requests that held a permit when their time was over. */
  readonly leftover: number
  /** Connections that were cut off then. */
  readonly connections: number
  /** From the beginning to the end, in milliseconds. */
  readonly tookMs: number
}
