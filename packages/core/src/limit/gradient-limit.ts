import { checkNumber } from '../option/check-option.ts'
import { InvalidOptionError } from '../option/invalid-option-error.ts'
import { latencyGradient } from './latency-gradient.ts'
import type { Limit } from './limit.ts'
import { type LimitBoundsOptions, resolveLimitBounds } from './limit-bounds.ts'
import { type LimitRandom, resolveRandom } from './limit-random.ts'
import { type QueueSize, resolveQueueSize } from './queue-size.ts'
import { type ResolvedOptions, withDefaults } from './resolved-options.ts'
import type { Sample } from './sample.ts'
import { usableLatencyNs } from './usable-latency.ts'

export interface GradientLimitOptions extends LimitBoundsOptions {
  /** Integer from `minLimit` to `maxLimit`. Default 50. */
  readonly initialLimit?: number | undefined
  /** Integer, at least 1. Default 1. */
  readonly minLimit?: number | undefined
  /** Integer, at least `minLimit`. Default 1000. */
  readonly maxLimit?: number | undefined
  /** How much of each step down is taken; steps up are whole. Above 0, up to 1. Default 0.2. */
  readonly smoothing?: number | undefined
  /**
   * Requests that may wait inside the service, below which the limit does not fall either: an integer
   * from 1, or a function of the limit. Default: the square root of the limit, at least 4.
   */
  readonly queueSize?: QueueSize | undefined
  /** Latency up to this many times the baseline is healthy. At least 1. Default 2. */
  readonly latencyTolerance?: number | undefined
  /**
   * After this many samples, and up to as many again by lot, the limit drops to the queue size and the
   * baseline is measured anew. Integer, at least 1, or -1 for never. Default 1000.
   */
  readonly probeInterval?: number | undefined
  /** What remains of the limit after an overload. From 0.5, below 1. Default 0.9. */
  readonly backoffRatio?: number | undefined
}

export const GRADIENT_LIMIT_DEFAULTS: ResolvedOptions<GradientLimitOptions> = Object.freeze({
  initialLimit: 50,
  minLimit: 1,
  maxLimit: 1000,
  smoothing: 0.2,
  queueSize: (limit: number): number => Math.max(4, Math.trunc(Math.sqrt(limit))),
  latencyTolerance: 2,
  probeInterval: 1000,
  backoffRatio: 0.9,
})

/**
 * Scales the limit by how much the latency exceeds the lowest one since the last probe, and adds a queue.
 *
 * Source: Netflix concurrency-limits (`GradientLimit`, 2018; its authors replaced it by `Gradient2Limit`).
 * Explained in docs/algorithms/gradient.md.
 */
export class GradientLimit implements Limit {
  readonly #options: ResolvedOptions<GradientLimitOptions>
  readonly #queueSize: (limit: number) => number
  readonly #random: (sample: Sample) => number
  // A field that begins as undefined would box every fraction stored in it later: 16 bytes a sample.
  #estimate = 0
  #baselineNs = 0
  /** Samples until the next probe; below 0 before the first draw. */
  #untilProbe = -1
  #reason: 'initial' | 'probe' | 'overloaded' | 'unused' | 'gradient' = 'initial'

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
  constructor(options: GradientLimitOptions = {}, dependencies: LimitRandom = {}) {
    this.#options = resolveOptions(options)
    this.#queueSize = resolveQueueSize(this.#options.queueSize, this.#options.initialLimit)
    this.#random = resolveRandom(dependencies)
    this.#estimate = this.#options.initialLimit
  }

  get current(): number {
    return Math.trunc(this.#estimate)
  }

  onSample(sample: Sample): void {
    const latencyNs = usableLatencyNs(sample)
    if (latencyNs === 0) return
    const { minLimit, maxLimit, backoffRatio, latencyTolerance } = this.#options
    const queueSize = this.#queueSize(this.current)
    if (this.#isProbe(sample)) {
      this.#baselineNs = 0
      this.#estimate = Math.min(maxLimit, Math.max(minLimit, queueSize))
      this.#reason = 'probe'
      return
    }
    if (this.#baselineNs === 0 || latencyNs < this.#baselineNs) this.#baselineNs = latencyNs
    if (sample.overloaded) {
      this.#step('overloaded', this.#estimate * backoffRatio, queueSize)
    } else if (sample.inFlight < this.#estimate / 2) {
      this.#reason = 'unused'
    } else {
      const gradient = latencyGradient(latencyTolerance, this.#baselineNs, latencyNs)
      this.#step('gradient', this.#estimate * gradient + queueSize, queueSize)
    }
  }

  snapshot(): Readonly<Record<string, number | string | boolean>> {
    return {
      algorithm: 'gradient',
      limit: this.current,
      estimate: this.#estimate,
      baselineNs: this.#baselineNs,
      samplesUntilProbe: this.#untilProbe,
      reason: this.#reason,
    }
  }

  #step(reason: 'overloaded' | 'gradient', target: number, queueSize: number): void {
    const next = nextGradientLimit(this.#estimate, target, this.#options)
    // The original lets the queue size win over the maximum; here a bound is a bound.
    this.#estimate = Math.min(this.#options.maxLimit, Math.max(queueSize, next))
    this.#reason = reason
  }

  /** Counts the sample, and says whether the baseline has become too old to be believed. */
  #isProbe(sample: Sample): boolean {
    if (this.#options.probeInterval === -1) return false
    if (this.#untilProbe < 0) this.#untilProbe = this.#drawCountdown(sample)
    if (this.#untilProbe > 0) {
      this.#untilProbe -= 1
      return false
    }
    this.#untilProbe = this.#drawCountdown(sample)
    return true
  }

  #drawCountdown(sample: Sample): number {
    const { probeInterval } = this.#options
    return probeInterval + Math.floor(this.#random(sample) * probeInterval)
  }
}

/** The limit after a step towards `target`, with its fraction: whole steps up, smoothed ones down. */
export function nextGradientLimit(
  limit: number,
  target: number,
  options: ResolvedOptions<GradientLimitOptions>,
): number {
  const { minLimit, maxLimit, smoothing } = options
  if (target >= limit) return Math.min(maxLimit, target)
  return Math.max(minLimit, limit * (1 - smoothing) + smoothing * target)
}

function resolveOptions(options: GradientLimitOptions): ResolvedOptions<GradientLimitOptions> {
  const merged = withDefaults(options, GRADIENT_LIMIT_DEFAULTS)
  checkNumber('smoothing', merged.smoothing, { above: 0, max: 1 })
  checkNumber('latencyTolerance', merged.latencyTolerance, { min: 1 })
  checkNumber('backoffRatio', merged.backoffRatio, { min: 0.5, below: 1 })
  checkProbeInterval(merged.probeInterval)
  return { ...merged, ...resolveLimitBounds(options, GRADIENT_LIMIT_DEFAULTS) }
}

function checkProbeInterval(value: number): void {
  if (value === -1 || (Number.isSafeInteger(value) && value >= 1)) return
  throw new InvalidOptionError('probeInterval', 'an integer from 1, or -1 for never', value)
}
