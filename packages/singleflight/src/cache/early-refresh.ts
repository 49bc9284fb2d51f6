export interface EarlyRefreshInput {
  /** What is left of the TTL, in ms. */
  readonly remainingMs: number
  /** How long the last load took, in ms. */
  readonly loadMs: number
  /** Above 1 refreshes earlier, below 1 later; 0 never. */
  readonly beta: number
}

/**
 * Whether this read should refresh a value that is still fresh, so that not everybody finds it expired at
 * the same instant: with probability e^(−remaining / (β · load)), decided by each reader on its own.
 *
 * Source: Vattani, Chierichetti and Lowenstein, "Optimal Probabilistic Cache Stampede Prevention" (2015).
 * Explained in docs/algorithms/xfetch.md.
 */
export function isRefreshDue(
  { remainingMs, loadMs, beta }: EarlyRefreshInput,
  random: () => number,
): boolean {
  const scaleMs = beta * loadMs
  // A random number below 1 has 53 bits: beyond 37 scales only an exact 0 would refresh. No draw, no logarithm.
  if (!(remainingMs < 37 * scaleMs)) return false
  return -scaleMs * Math.log(random()) >= remainingMs
}
