import type { RequestContext } from '../contract/request-context.ts'

/** What a handler can know of how its request came in: `request.headgate`. */
export interface RequestHandle extends RequestContext {
  /** Which pool it is of: `default` where none was named. */
  readonly pool: string
  /** Milliseconds spent in the waiting room. */
  readonly waitedMs: number
  /**
   * Whether a handler should serve less: from a pressure of 0.7 until it is below 0.5, and while requests are
   * refused for want of capacity, until a second has passed without.
   */
  readonly degraded: boolean
  /**
   * Aborted when nobody needs the work any more: its client has left, its deadline has passed (`TimeoutError`),
   * or it was worked at for `maxHoldMs` (`TimeoutError`). Made when it is first read.
   */
  readonly signal: AbortSignal
  /**
   * Gives the permit back before the response is over: for one that from now on only waits, such as
   * server-sent events, a long poll or a websocket. Only the first call counts.
   */
  release(): void
}
