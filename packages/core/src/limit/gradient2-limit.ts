import { checkInteger, checkNumber } from '../option/check-option.ts'
import { ExponentialAverage } from './exponential-average.ts'
import { latencyGradient } from './latency-gradient.ts'
import type { Limit } from './limit.ts'
import { type LimitBoundsOptions, resolveLimitBounds } from './limit-bounds.ts'
import { type QueueSize, resolveQueueSize } from './queue-size.ts'
import { type ResolvedOptions, withDefaults } from './resolved-options.ts'
import type { Sample } from './sample.ts'
import { usableLatencyNs } from './usable-latency.ts'

export interface Gradient2LimitOptions extends LimitBoundsOptions {
  /** Integer from `minLimit` to `maxLimit`. Default 20. */
  readonly initialLimit?: number | undefined
  /** Integer, at least 1. Default 20, as in the original. */
  readonly minLimit?: number | undefined
  /** Integer, at least `minLimit`. Default 200. */
  readonly maxLimit?: number | undefined
  /** How much of each step is taken. Above 0, up to 1. Default 0.2. */
  readonly smoothing?: number | undefined
  /** Requests that may wait inside the service: an integer from 1, or a function of the limit. Default 4. */
  readonly queueSize?: QueueSize | undefined
  /** Latency up to this many times the average is healthy. At least 1. Default 1.5. */
  readonly latencyTolerance?: number | undefined
  /** Samples the long average looks back on. Integer, at least 1. Default 600. */
  readonly longWindow?: number | undefined
  /** Samples at the start that are averaged plainly. Integer, at least 1. Default 10. */
  readonly warmupSamples?: number | undefined
}

export const GRADIENT2_LIMIT_DEFAULTS: ResolvedOptions<Gradient2LimitOptions> = Object.freeze({
  initialLimit: 20,
  minLimit: 20,
  maxLimit: 200,
  smoothing: 0.2,
  queueSize: 4,
  latencyTolerance: 1.5,
  longWindow: 600,
  warmupSamples: 10,
})

/** What the step from one limit to the next needs of the options. */
export type Gradient2Rule = Pick<
  ResolvedOptions<Gradient2LimitOptions>,
  'minLimit' | 'maxLimit' | 'smoothing'
> & { readonly queueSize: (limit: number) => number }

/**
 * Scales the limit by how much the latency now exceeds its own long average, and adds a small queue.
 *
 * Overloaded samples count like any other, as in the original. Source: Netflix concurrency-limits
 * (`Gradient2Limit`, 2018). Explained in docs/algorithms/gradient2.md.
 */
export class Gradient2Limit implements Limit {
  readonly #rule: Gradient2Rule
  readonly #latencyTolerance: number
  readonly #longLatency: ExponentialAverage
  // A field that begins as undefined would box every fraction stored in it later: 16 bytes a sample.
  #estimate = 0
  #gradient = 1
  #reason: 'initial' | 'unused' | 'gradient' = 'initial'

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
  constructor(options: Gradient2LimitOptions = {}) {
    const resolved = resolveOptions(options)
    const { initialLimit, queueSize, longWindow, warmupSamples } = resolved
    this.#rule = { ...resolved, queueSize: resolveQueueSize(queueSize, initialLimit) }
    this.#latencyTolerance = resolved.latencyTolerance
    this.#longLatency = new ExponentialAverage(longWindow, warmupSamples)
    this.#estimate = initialLimit
  }

  get current(): number {
    return Math.trunc(this.#estimate)
  }

  onSample(sample: Sample): void {
    const latencyNs = usableLatencyNs(sample)
    if (latencyNs === 0) return
    this.#longLatency.add(latencyNs)
    const longNs = this.#longLatency.value
    // After an incident the average is far too high; without this it would take hundreds of samples to
    // come down. This sample is still judged by the value before.
    if (longNs / latencyNs > 2) this.#longLatency.scale(0.95)

    if (sample.inFlight < this.#estimate / 2) {
      this.#reason = 'unused'
      return
    }
    this.#gradient = latencyGradient(this.#latencyTolerance, longNs, latencyNs)
    this.#estimate = nextGradient2Limit(this.#estimate, this.#gradient, this.#rule)
    this.#reason = 'gradient'
  }

  snapshot(): Readonly<Record<string, number | string | boolean>> {
    return {
      algorithm: 'gradient2',
      limit: this.current,
      estimate: this.#estimate,
      baselineNs: this.#longLatency.value,
      gradient: this.#gradient,
      reason: this.#reason,
    }
  }
}

/** The limit after a sample with this gradient, with its fraction. */
export function nextGradient2Limit(limit: number, gradient: number, rule: Gradient2Rule): number {
  const { minLimit, maxLimit, smoothing, queueSize } = rule
  const target = limit * gradient + queueSize(Math.trunc(limit))
  const smoothed = limit * (1 - smoothing) + target * smoothing
  return Math.max(minLimit, Math.min(maxLimit, smoothed))
}

function resolveOptions(options: Gradient2LimitOptions): ResolvedOptions<Gradient2LimitOptions> {
  const merged = withDefaults(options, GRADIENT2_LIMIT_DEFAULTS)
  checkNumber('smoothing', merged.smoothing, { above: 0, max: 1 })
  checkNumber('latencyTolerance', merged.latencyTolerance, { min: 1 })
  checkInteger('longWindow', merged.longWindow, { min: 1, max: Number.MAX_SAFE_INTEGER })
  checkInteger('warmupSamples', merged.warmupSamples, { min: 1, max: Number.MAX_SAFE_INTEGER })
  return { ...merged, ...resolveLimitBounds(options, GRADIENT2_LIMIT_DEFAULTS) }
}
