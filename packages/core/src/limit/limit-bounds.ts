import { checkInteger } from '../option/check-option.ts'
import type { ResolvedOptions } from './resolved-options.ts'

/** Where a limit starts, and the bounds that no sample can push it over. */
export interface LimitBoundsOptions {
  /** The limit before the first sample. Integer from `minLimit` to `maxLimit`. */
  readonly initialLimit?: number | undefined
  /** Integer, at least 1. */
  readonly minLimit?: number | undefined
  /** Integer, at least `minLimit`. */
  readonly maxLimit?: number | undefined
}

/**
 * Fills in what was left out. A default gives way to a bound that was asked for: `{ maxLimit: 10 }`
 * where the default minimum is 20 means from 10 to 10. What was asked for is never moved.
 *
 * @throws {InvalidOptionError} when a bound is not an integer, or outside another one.
 */
export function resolveLimitBounds(
  options: LimitBoundsOptions,
  defaults: ResolvedOptions<LimitBoundsOptions>,
): ResolvedOptions<LimitBoundsOptions> {
  const { initialLimit, minLimit, maxLimit } = options
  const most = Number.MAX_SAFE_INTEGER
  if (maxLimit !== undefined) checkInteger('maxLimit', maxLimit, { min: 1, max: most })
  if (minLimit !== undefined) checkInteger('minLimit', minLimit, { min: 1, max: most })
  const min = minLimit ?? Math.min(defaults.minLimit, maxLimit ?? most)
  const max = maxLimit ?? Math.max(defaults.maxLimit, min)
  checkInteger('maxLimit', max, { min, max: most })
  if (initialLimit !== undefined) checkInteger('initialLimit', initialLimit, { min, max })
  const initial = initialLimit ?? Math.min(max, Math.max(min, defaults.initialLimit))
  return { initialLimit: initial, minLimit: min, maxLimit: max }
}
