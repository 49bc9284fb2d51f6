import {
  checkInteger,
  checkKnownOptions,
  checkNumber,
  definedOptions,
} from '../option/check-option.ts'
import { InvalidOptionError } from '../option/invalid-option-error.ts'
import { type RefillRate, refillRateOf } from './refill-rate.ts'

const MAX_PER_SECOND = 1_000_000
const MAX_BURST = 1_000_000
const MAX_WAIT_MS = 60_000
/** Ten years. A bucket that takes longer to fill is a mistake, and its rate would be a coarse fraction. */
const MAX_FILL_SECONDS = 315_360_000
/** Half of what a number holds exactly, so that a sum of two debts does too. */
const MAX_UNITS = 2 ** 52

export interface BucketOptions {
  /** Tokens that come in a second. Above 0, up to 1,000,000; fractions are fine. */
  readonly refillPerSecond: number
  /**
   * Tokens that a full bucket holds, and so the most that can be taken at once. Integer from 1 to
   * 1,000,000. Default: what comes in a second, at least 1.
   */
  readonly burst?: number | undefined
  /** Longest wait that `reserve` grants, in milliseconds. From 0 to 60,000. Default 0: no waiting. */
  readonly maxWaitMs?: number | undefined
}

export const BUCKET_OPTION_NAMES: readonly string[] = Object.freeze([
  'refillPerSecond',
  'burst',
  'maxWaitMs',
])

export interface ResolvedBucket extends RefillRate {
  readonly burst: number
  readonly maxWaitMs: number
}

/** @throws {InvalidOptionError} when an option is missing, unknown, of the wrong type, or out of range. */
export function resolveBucket(where: string, options: BucketOptions): ResolvedBucket {
  checkKnownOptions(where, options, BUCKET_OPTION_NAMES)
  const { refillPerSecond } = options
  checkNumber(`${where}.refillPerSecond`, refillPerSecond, { above: 0, max: MAX_PER_SECOND })
  const { burst, maxWaitMs } = {
    burst: Math.max(1, Math.ceil(refillPerSecond)),
    maxWaitMs: 0,
    ...definedOptions(options),
  }
  checkInteger(`${where}.burst`, burst, { min: 1, max: MAX_BURST })
  checkNumber(`${where}.maxWaitMs`, maxWaitMs, { min: 0, max: MAX_WAIT_MS })
  if (burst / refillPerSecond > MAX_FILL_SECONDS) {
    const expected = `fast enough to fill a burst of ${burst} within ten years`
    throw new InvalidOptionError(`${where}.refillPerSecond`, expected, refillPerSecond)
  }
  // The deepest debt is a burst and what may be waited for: the unit is as small as leaves that exact.
  const unitsAtOne = burst * 1e6 + maxWaitMs * 1e3 * refillPerSecond
  const rate = refillRateOf(refillPerSecond, Math.floor(MAX_UNITS / unitsAtOne))
  return { burst, maxWaitMs, ...rate }
}
