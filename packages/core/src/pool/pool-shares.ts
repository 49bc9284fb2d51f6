import type { ResolvedPool } from './pool-options.ts'

/** A product a little below an integer is that integer: 0.29 of 100 is 28.999999999999996. */
const ROUNDING = 1e-9

/** Permits of one pool at one limit. */
export interface PoolShare {
  /** It may always have so many. */
  readonly least: number
  /** It may never have more. At least 1. */
  readonly most: number
}

/**
 * Ratios as permits. Minimums are rounded down, so together they are never more than the limit, and never
 * take the last permit where a pool has no minimum; a larger limit never makes a minimum smaller. O(pools).
 *
 * @param limit integer, at least 1
 */
export function poolShares(pools: readonly ResolvedPool[], limit: number): readonly PoolShare[] {
  const isAnyWithout = pools.some(({ minRatio }) => minRatio === 0)
  let left = isAnyWithout ? limit - 1 : limit
  return pools.map(({ minRatio, maxRatio }) => {
    const least = Math.min(left, permitsOf(minRatio, limit))
    left -= least
    return { least, most: Math.max(1, permitsOf(maxRatio, limit)) }
  })
}

/**
 * What each pool gets of anything while all want it: its minimum, and its part of the rest by weight.
 * Together 1.
 */
export function fairParts(pools: readonly ResolvedPool[]): readonly number[] {
  const sumWeights = pools.reduce((sum, { weight }) => sum + weight, 0)
  const rest = Math.max(0, 1 - pools.reduce((sum, { minRatio }) => sum + minRatio, 0))
  return pools.map(({ minRatio, weight }) => minRatio + (rest * weight) / sumWeights)
}

function permitsOf(ratio: number, limit: number): number {
  return Math.min(limit, Math.floor(ratio * limit + ROUNDING))
}
