import { checkInteger, checkNumber, type ResolvedOptions, withDefaults } from '@headgate/core'

export interface BreakerOptions {
  /** Failures in a row that open it; infinite for never. At least 1. Default 5. */
  readonly maxConsecutive?: number | undefined
  /** A smaller share of successes in the window opens it; 0 for never. From 0 to 1. Default 0.5. */
  readonly minSuccessRatio?: number | undefined
  /** A latency from here on is slow; infinite for none. Milliseconds, above 0. Default infinite. */
  readonly slowCallMs?: number | undefined
  /** A larger share of slow calls in the window opens it. From 0 to 1. Default 0.5. */
  readonly maxSlowRatio?: number | undefined
  /** Shares count from so many calls in the window on. Integer, at least 1. Default 20. */
  readonly minCalls?: number | undefined
  /** At least twice the time an attempt may take. Milliseconds, above 0. Default 10,000. */
  readonly windowMs?: number | undefined
  /** The first time it opens, it does so for once to twice this. Milliseconds, above 0. Default 1000. */
  readonly minOpenMs?: number | undefined
  /** That doubles each time, up to here. Milliseconds, at least twice `minOpenMs`. Default 60,000. */
  readonly maxOpenMs?: number | undefined
  /** A probe that has not ended by then has failed. Milliseconds, above 0. Default 30,000. */
  readonly maxProbeMs?: number | undefined
}

export const BREAKER_DEFAULTS: ResolvedOptions<BreakerOptions> = Object.freeze({
  maxConsecutive: 5,
  minSuccessRatio: 0.5,
  slowCallMs: Number.POSITIVE_INFINITY,
  maxSlowRatio: 0.5,
  minCalls: 20,
  windowMs: 10_000,
  minOpenMs: 1000,
  maxOpenMs: 60_000,
  maxProbeMs: 30_000,
})

/** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
export function resolveBreakerOptions(options: BreakerOptions): ResolvedOptions<BreakerOptions> {
  const merged = withDefaults(options, BREAKER_DEFAULTS)
  const { maxConsecutive, slowCallMs, minOpenMs } = merged
  const never = Number.POSITIVE_INFINITY
  if (maxConsecutive !== never) checkInteger('maxConsecutive', maxConsecutive, { min: 1 })
  checkNumber('minSuccessRatio', merged.minSuccessRatio, { min: 0, max: 1 })
  if (slowCallMs !== never) checkNumber('slowCallMs', slowCallMs, { above: 0 })
  checkNumber('maxSlowRatio', merged.maxSlowRatio, { min: 0, max: 1 })
  checkInteger('minCalls', merged.minCalls, { min: 1 })
  checkNumber('windowMs', merged.windowMs, { above: 0 })
  checkNumber('minOpenMs', minOpenMs, { above: 0 })
  checkNumber('maxOpenMs', merged.maxOpenMs, { min: 2 * minOpenMs })
  checkNumber('maxProbeMs', merged.maxProbeMs, { above: 0 })
  return merged
}
