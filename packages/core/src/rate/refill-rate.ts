const TICKS_PER_SECOND = 1_000_000
const MAX_TERMS = 64

/**
 * A rate in integers. A unit is the share of a token that makes both numbers whole: 3 a second are 3
 * units a microsecond where a token has 1,000,000; a third of a token a second is 1 of 3,000,000.
 */
export interface RefillRate {
  readonly unitsPerTick: number
  readonly unitsPerToken: number
}

/**
 * The rate as a fraction of integers, so that nothing is rounded while tokens are counted and nothing
 * drifts, however long it runs. Exact where `perSecond` is the nearest number to a fraction with a
 * denominator up to `maxDenominator` (2.5, 0.1, 1/3); otherwise a little below, and never above.
 *
 * It walks the continued fraction of `perSecond`, whose convergents are the best approximations:
 * Khinchin, "Continued fractions" (1935).
 *
 * @param maxDenominator at least `1 / perSecond`
 */
export function refillRateOf(perSecond: number, maxDenominator: number): RefillRate {
  let [previousP, previousQ, p, q] = [0, 1, 1, 0]
  let below = { p: Math.floor(perSecond * maxDenominator), q: maxDenominator }
  let rest = perSecond
  for (let term = 0; term < MAX_TERMS; term += 1) {
    const whole = Math.floor(rest)
    ;[previousP, previousQ, p, q] = [p, q, whole * p + previousP, whole * q + previousQ]
    if (q > maxDenominator || !Number.isFinite(q)) break
    if (p / q === perSecond) {
      below = { p, q }
      break
    }
    if (p > 0 && p / q < perSecond && p / q > below.p / below.q) below = { p, q }
    if (rest === whole) break
    rest = 1 / (rest - whole)
  }
  return { unitsPerTick: below.p, unitsPerToken: below.q * TICKS_PER_SECOND }
}
