/**
 * The decimal logarithm of `limit`, truncated, at least 1: 1 below 100, 2 below 1000, and so on.
 *
 * Counted in integers, because the last digit of `Math.log10` is the engine's own affair.
 */
export function truncatedLog10(limit: number): number {
  let log = 1
  for (let power = 100; power <= limit; power *= 10) log += 1
  return log
}
