import { checkNumber } from '../option/check-option.ts'
import type { Limit } from './limit.ts'
import { type LimitBoundsOptions, resolveLimitBounds } from './limit-bounds.ts'
import { type ResolvedOptions, withDefaults } from './resolved-options.ts'
import type { Sample } from './sample.ts'
import { usableLatencyNs } from './usable-latency.ts'

export interface AimdLimitOptions extends LimitBoundsOptions {
  /** Integer from `minLimit` to `maxLimit`. Default 20. */
  readonly initialLimit?: number | undefined
  /** Integer, at least 1. Default 20, as in the original. */
  readonly minLimit?: number | undefined
  /** Integer, at least `minLimit`. Default 200. */
  readonly maxLimit?: number | undefined
  /** How much of each step is taken. Above 0, up to 1. Default 1, whole steps as in the original. */
  readonly smoothing?: number | undefined
  /** What remains of the limit after an overload. From 0.5, below 1. Default 0.9. */
  readonly backoffRatio?: number | undefined
  /** A latency above it counts as an overload. Milliseconds, above 0. Default 5000. */
  readonly timeoutMs?: number | undefined
}

export const AIMD_LIMIT_DEFAULTS: ResolvedOptions<AimdLimitOptions> = Object.freeze({
  initialLimit: 20,
  minLimit: 20,
  maxLimit: 200,
  smoothing: 1,
  backoffRatio: 0.9,
  timeoutMs: 5000,
})

/** Why the limit moves, or (`unused`) does not. */
export type AimdMove = 'overloaded' | 'late' | 'unused' | 'grow'

/**
 * Additive increase, multiplicative decrease: one more permit after each healthy sample taken near the
 * limit, `backoffRatio` of the limit after each overloaded or late one.
 *
 * Source: Chiu and Jain, "Analysis of the increase and decrease algorithms for congestion avoidance in
 * computer networks" (1989), as in Netflix concurrency-limits (`AIMDLimit`, 2018). Explained in
 * docs/algorithms/aimd.md.
 */
export class AimdLimit implements Limit {
  readonly #options: ResolvedOptions<AimdLimitOptions>
  // A field that begins as undefined would box every fraction stored in it later: 16 bytes a sample.
  #estimate = 0
  #move: AimdMove | 'initial' = 'initial'

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
  constructor(options: AimdLimitOptions = {}) {
    this.#options = resolveOptions(options)
    this.#estimate = this.#options.initialLimit
  }

  get current(): number {
    return Math.trunc(this.#estimate)
  }

  onSample(sample: Sample): void {
    if (usableLatencyNs(sample) === 0) return
    this.#move = aimdMove(this.#estimate, sample, this.#options.timeoutMs)
    this.#estimate = nextAimdLimit(this.#estimate, this.#move, this.#options)
  }

  snapshot(): Readonly<Record<string, number | string | boolean>> {
    return {
      algorithm: 'aimd',
      limit: this.current,
      estimate: this.#estimate,
      reason: this.#move,
    }
  }
}

/** Where one sample points to. */
export function aimdMove(limit: number, sample: Sample, timeoutMs: number): AimdMove {
  if (sample.overloaded) return 'overloaded'
  if (sample.latencyNs > timeoutMs * 1e6) return 'late'
  // A half-idle server says nothing about its capacity, so its samples may not raise the limit.
  return sample.inFlight * 2 >= limit ? 'grow' : 'unused'
}

/** The limit after `move`: whole with whole steps, with a fraction when `smoothing` is below 1. */
export function nextAimdLimit(
  limit: number,
  move: AimdMove,
  options: ResolvedOptions<AimdLimitOptions>,
): number {
  const { minLimit, maxLimit, smoothing, backoffRatio } = options
  if (move === 'unused') return limit
  const target = move === 'grow' ? limit + 1 : Math.floor(limit * backoffRatio)
  const smoothed = limit * (1 - smoothing) + target * smoothing
  return Math.min(maxLimit, Math.max(minLimit, smoothed))
}

function resolveOptions(options: AimdLimitOptions): ResolvedOptions<AimdLimitOptions> {
  const merged = withDefaults(options, AIMD_LIMIT_DEFAULTS)
  checkNumber('smoothing', merged.smoothing, { above: 0, max: 1 })
  checkNumber('backoffRatio', merged.backoffRatio, { min: 0.5, below: 1 })
  checkNumber('timeoutMs', merged.timeoutMs, { above: 0 })
  return { ...merged, ...resolveLimitBounds(options, AIMD_LIMIT_DEFAULTS) }
}
