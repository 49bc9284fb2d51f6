import type { Limit } from '../limit/limit.ts'
import {
  checkFunction,
  checkKnownOptions,
  checkNumber,
  definedOptions,
} from '../option/check-option.ts'
import { InvalidOptionError } from '../option/invalid-option-error.ts'

/** The pool of whatever names none. It is there whether it is configured or not. */
export const DEFAULT_POOL = 'default'

const MAX_POOLS = 32
const NAME = /^[A-Za-z][\w.-]{0,63}$/
/** Ratios are decimals, and their sums are not: 0.7 + 0.1 + 0.2 is a little below 1, and others are above. */
const ROUNDING = 1e-9

export interface PoolOptions {
  /** Share of the limit that is this pool's whenever it wants it. 0 to 1, all pools together at most 1. Default 0. */
  readonly minRatio?: number | undefined
  /** Share of the limit that it may use at most, idle or not. Above 0, from `minRatio` to 1. Default 1. */
  readonly maxRatio?: number | undefined
  /** Its part of what is nobody's, against the others'. From 0.001 to 1,000. Default 1. */
  readonly weight?: number | undefined
  /** A limit of its own, which it never exceeds either; for what is behind this pool alone. Default none. */
  readonly limit?: Limit | undefined
}

export interface ResolvedPool {
  readonly name: string
  readonly minRatio: number
  readonly maxRatio: number
  readonly weight: number
  readonly limit: Limit | undefined
}

const POOL_DEFAULTS: Omit<ResolvedPool, 'name'> = Object.freeze({
  minRatio: 0,
  maxRatio: 1,
  weight: 1,
  limit: undefined,
})

/**
 * The pools in the order of their options, the default one at the end unless it is among them.
 *
 * @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range; when the
 * minimums are more than all, or leave nothing at all to a pool that has none.
 */
export function resolvePools(
  pools: Readonly<Record<string, PoolOptions>>,
): readonly ResolvedPool[] {
  if (typeof pools !== 'object' || pools === null || Array.isArray(pools)) {
    throw new InvalidOptionError('pools', 'an object of pools by name', pools)
  }
  const given = Object.entries(pools).map(([name, options]) => resolvePool(name, options))
  const isNamed = given.some(({ name }) => name === DEFAULT_POOL)
  const all = isNamed ? given : [...given, { name: DEFAULT_POOL, ...POOL_DEFAULTS }]
  if (all.length > MAX_POOLS) {
    throw new InvalidOptionError(
      'pools',
      `at most ${MAX_POOLS}, the default one included`,
      all.length,
    )
  }
  checkMinimums(all)
  return all
}

function resolvePool(name: string, options: PoolOptions): ResolvedPool {
  if (!NAME.test(name)) {
    const expected = 'named by a letter and up to 63 letters, digits, dots, dashes or underscores'
    throw new InvalidOptionError('pools', expected, name)
  }
  const where = `pools.${name}`
  checkKnownOptions(where, options, Object.keys(POOL_DEFAULTS))
  const { minRatio, maxRatio, weight, limit } = { ...POOL_DEFAULTS, ...definedOptions(options) }
  checkNumber(`${where}.minRatio`, minRatio, { min: 0, max: 1 })
  checkNumber(`${where}.maxRatio`, maxRatio, { min: minRatio, max: 1 })
  checkNumber(`${where}.maxRatio`, maxRatio, { above: 0 })
  checkNumber(`${where}.weight`, weight, { min: 0.001, max: 1_000 })
  if (limit !== undefined) checkFunction(`${where}.limit.onSample`, limit?.onSample)
  return { name, minRatio, maxRatio, weight, limit }
}

function checkMinimums(pools: readonly ResolvedPool[]): void {
  const sum = pools.reduce((total, { minRatio }) => total + minRatio, 0)
  if (sum > 1 + ROUNDING) {
    throw new InvalidOptionError('pools', 'of minRatio at most 1 together', sum)
  }
  const without = pools.find(({ minRatio }) => minRatio === 0)
  if (without !== undefined && sum > 1 - ROUNDING) {
    const expected = `of minRatio below 1 together, since ${without.name} has none and would never run`
    throw new InvalidOptionError('pools', expected, sum)
  }
}
