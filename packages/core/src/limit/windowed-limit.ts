import { checkInteger, checkKnownOptions, checkNumber } from '../option/check-option.ts'
import { InvalidOptionError } from '../option/invalid-option-error.ts'
import { AverageLatency } from './average-latency.ts'
import type { Limit } from './limit.ts'
import { PercentileLatency } from './percentile-latency.ts'
import { type ResolvedOptions, withDefaults } from './resolved-options.ts'
import type { Sample } from './sample.ts'
import { type LatencyStatistic, SampleWindow } from './sample-window.ts'
import { usableLatencyNs } from './usable-latency.ts'

export interface LatencyPercentile {
  /** Above 0, below 1. */
  readonly percentile: number
  /** Latencies kept in a window; later ones are left out. Integer from `minSamples` to 1,000,000. */
  readonly capacity: number
}

export interface WindowedLimitOptions {
  /** A window lasts at least this long. Milliseconds, at least 100. Default 1000. */
  readonly minWindowMs?: number | undefined
  /**
   * Between the two bounds a window lasts twice its shortest latency. Milliseconds, at least
   * `minWindowMs`. Default 1000, or `minWindowMs` when that is more.
   */
  readonly maxWindowMs?: number | undefined
  /** A window with fewer samples is thrown away. Integer, at least 10. Default 10. */
  readonly minSamples?: number | undefined
  /** Samples below it are left out: nothing was done. Microseconds, at least 0. Default 100. */
  readonly minLatencyUs?: number | undefined
  /** What stands for the latencies of a window. Default `'average'`. */
  readonly statistic?: 'average' | LatencyPercentile | undefined
}

export const WINDOWED_LIMIT_DEFAULTS: ResolvedOptions<WindowedLimitOptions> = Object.freeze({
  minWindowMs: 1000,
  maxWindowMs: 1000,
  minSamples: 10,
  minLatencyUs: 100,
  statistic: 'average',
})

/**
 * Sums up the samples of a stretch of time in one for another limit, so that single fast or slow
 * requests do not move it.
 *
 * Source: Netflix concurrency-limits (`WindowedLimit`, 2018). Explained in docs/algorithms/windowed.md.
 */
export class WindowedLimit implements Limit {
  readonly #delegate: Limit
  readonly #minWindowNs: number
  readonly #maxWindowNs: number
  readonly #minSamples: number
  readonly #minLatencyNs: number
  readonly #window: SampleWindow
  #windowEndNs = Number.NEGATIVE_INFINITY

  /**
   * @param delegate The limit to feed; this one owns it from now on.
   * @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range.
   */
  constructor(delegate: Limit, options: WindowedLimitOptions = {}) {
    checkDelegate(delegate)
    const resolved = resolveOptions(options)
    this.#delegate = delegate
    this.#minWindowNs = resolved.minWindowMs * 1e6
    this.#maxWindowNs = resolved.maxWindowMs * 1e6
    this.#minSamples = resolved.minSamples
    this.#minLatencyNs = resolved.minLatencyUs * 1e3
    this.#window = new SampleWindow(newStatistic(resolved.statistic))
  }

  get current(): number {
    return this.#delegate.current
  }

  onSample(sample: Sample): void {
    const latencyNs = usableLatencyNs(sample)
    if (latencyNs === 0 || latencyNs < this.#minLatencyNs) return
    const endNs = sample.startNs + latencyNs
    if (!Number.isFinite(endNs)) return
    this.#window.add(latencyNs, sample.inFlight, sample.overloaded)
    if (endNs > this.#windowEndNs || this.#isBeyondReach(endNs)) this.#close(sample.startNs, endNs)
  }

  onReject(): void {
    this.#delegate.onReject?.()
  }

  /** The delegate's own names follow with `delegate.` before them. */
  snapshot(): Readonly<Record<string, number | string | boolean>> {
    const inner = Object.entries(this.#delegate.snapshot())
    return {
      algorithm: 'windowed',
      limit: this.current,
      samplesInWindow: this.#window.count,
      ...Object.fromEntries(inner.map(([name, value]) => [`delegate.${name}`, value])),
    }
  }

  /** One sample with a time from the far future would otherwise leave the window open until then. */
  #isBeyondReach(endNs: number): boolean {
    return this.#windowEndNs - endNs > 2 * this.#maxWindowNs
  }

  #close(startNs: number, endNs: number): void {
    const window = this.#window
    const lengthNs = Math.max(2 * window.shortestNs, this.#minWindowNs)
    this.#windowEndNs = endNs + Math.min(lengthNs, this.#maxWindowNs)
    const summary = window.count < this.#minSamples ? undefined : window.summary(startNs)
    window.reset()
    // Last, so that a delegate that throws leaves a clean window behind.
    if (summary !== undefined) this.#delegate.onSample(summary)
  }
}

function checkDelegate(delegate: unknown): void {
  const { current, onSample, snapshot } = (delegate ?? {}) as Partial<Limit>
  const isLimit =
    typeof current === 'number' && typeof onSample === 'function' && typeof snapshot === 'function'
  if (!isLimit) throw new InvalidOptionError('delegate', 'a Limit', delegate)
}

function newStatistic(statistic: 'average' | LatencyPercentile): LatencyStatistic {
  if (statistic === 'average') return new AverageLatency()
  return new PercentileLatency(statistic.percentile, statistic.capacity)
}

function resolveOptions(options: WindowedLimitOptions): ResolvedOptions<WindowedLimitOptions> {
  const merged = withDefaults(options, WINDOWED_LIMIT_DEFAULTS)
  const { minWindowMs, minSamples, minLatencyUs, statistic } = merged
  checkNumber('minWindowMs', minWindowMs, { min: 100 })
  const maxWindowMs =
    options.maxWindowMs === undefined
      ? Math.max(merged.maxWindowMs, minWindowMs)
      : merged.maxWindowMs
  checkNumber('maxWindowMs', maxWindowMs, { min: minWindowMs })
  checkInteger('minSamples', minSamples, { min: 10, max: Number.MAX_SAFE_INTEGER })
  checkNumber('minLatencyUs', minLatencyUs, { min: 0 })
  if (statistic !== 'average') checkPercentile(statistic, minSamples)
  return { ...merged, maxWindowMs }
}

function checkPercentile(statistic: LatencyPercentile, minSamples: number): void {
  if (typeof statistic !== 'object' || statistic === null) {
    throw new InvalidOptionError('statistic', '"average" or { percentile, capacity }', statistic)
  }
  checkKnownOptions('statistic', statistic, ['percentile', 'capacity'])
  checkNumber('statistic.percentile', statistic.percentile, { above: 0, below: 1 })
  // A window that can never hold `minSamples` would never close, and the limit never move.
  checkInteger('statistic.capacity', statistic.capacity, { min: minSamples, max: 1e6 })
}
