export interface GoodputBoundOptions {
  /** Of the capacity: how much is asked for. */
  readonly factor: number
  /** Of the bare server. */
  readonly capacityPerSecond: number
  /** CPU of a request that is refused, and of one that is served. */
  readonly rejectMs: number
  readonly serveMs: number
}

/**
 * The most a server can still serve, as a fraction of its capacity, when refusing takes CPU as well: with g a second
 * served and the others refused, g·s + (k·C − g)·r is at most one second. Where CPU is what bounds the capacity
 * (C = 1/s), that is (1 − k·r/s) / (1 − r/s).
 */
export function goodputBound(options: GoodputBoundOptions): number {
  const { factor, capacityPerSecond, rejectMs, serveMs } = options
  if (factor <= 1) return factor
  const leftMs = 1000 - factor * capacityPerSecond * rejectMs
  const servedPerSecond = leftMs / (serveMs - rejectMs)
  return Math.min(1, Math.max(0, servedPerSecond / capacityPerSecond))
}
