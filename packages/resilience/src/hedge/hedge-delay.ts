import {
  type Clock,
  checkInteger,
  checkNumber,
  type ResolvedOptions,
  withDefaults,
} from '@headgate/core'
import { LATENCY_HISTOGRAM_DEFAULTS, LatencyHistogram } from './latency-histogram.ts'

/** A quantile costs more than a call should, and does not move faster than this. */
const REFRESH_MS = 1000

export interface HedgeDelayOptions {
  /**
   * A call that is later than this share of them is hedged. Above 0, below 1. Default 0.97: a little more
   * than the budget leaves, so that the budget is not used up by calls that are hardly late.
   */
  readonly quantile?: number | undefined
  /** Nothing is hedged before so many are known. Integer, at least 1. Default 100. */
  readonly minSamples?: number | undefined
  /** Milliseconds, at least 0. Default 2. */
  readonly minDelayMs?: number | undefined
  /** Share of the time left that may pass before a hedge. Above 0, up to 1. Default 0.5. */
  readonly maxRemainingRatio?: number | undefined
  /** A latency counts for this long at least, and twice as long at most. Milliseconds, above 0. Default 30,000. */
  readonly windowMs?: number | undefined
}

export const HEDGE_DELAY_DEFAULTS: ResolvedOptions<HedgeDelayOptions> = Object.freeze({
  quantile: 0.97,
  minSamples: 100,
  minDelayMs: 2,
  maxRemainingRatio: 0.5,
  ...LATENCY_HISTOGRAM_DEFAULTS,
})

/**
 * When to hedge a call: once it is later than most. Amortised O(1); the quantile is taken once a second.
 *
 * Source: Dean and Barroso, "The tail at scale", CACM 56(2) (2013). Explained in docs/algorithms/hedging.md.
 */
export class HedgeDelay {
  readonly #clock: Clock
  readonly #options: ResolvedOptions<HedgeDelayOptions>
  readonly #histogram: LatencyHistogram
  #quantileMs: number | undefined = undefined
  #refreshAtMs = Number.NEGATIVE_INFINITY
  #refreshAtCount = 0

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
  constructor(clock: Clock, options: HedgeDelayOptions = {}) {
    this.#clock = clock
    this.#options = resolveOptions(options)
    this.#histogram = new LatencyHistogram(clock, { windowMs: this.#options.windowMs })
  }

  /**
   * An attempt took so many milliseconds. Successes, own timeouts, and attempts that were cancelled
   * because another one won (until then); no fast failures. Without the cancelled ones, the slowest
   * would never be seen, and the delay would shrink with each hedge.
   */
  onLatency(latencyMs: number): void {
    this.#histogram.record(latencyMs)
  }

  /** Milliseconds from a call's start to its hedge; `undefined` while too little is known. */
  delayMs(remainingMs: number = Number.POSITIVE_INFINITY): number | undefined {
    const quantileMs = this.#freshQuantileMs()
    if (quantileMs === undefined) return undefined
    const { minDelayMs, maxRemainingRatio } = this.#options
    return Math.min(Math.max(minDelayMs, quantileMs), remainingMs * maxRemainingRatio)
  }

  #freshQuantileMs(): number | undefined {
    const { quantile, minSamples } = this.#options
    const { count } = this.#histogram
    const nowMs = this.#clock.nowMs()
    if (nowMs < this.#refreshAtMs && count < this.#refreshAtCount) return this.#quantileMs
    const isKnown = count >= minSamples
    this.#quantileMs = isKnown ? this.#histogram.quantileMs(quantile) : undefined
    this.#refreshAtMs = nowMs + REFRESH_MS
    // The first hundred say little: twice as many are worth another look at once.
    this.#refreshAtCount = isKnown ? 2 * count : minSamples
    return this.#quantileMs
  }
}

function resolveOptions(options: HedgeDelayOptions): ResolvedOptions<HedgeDelayOptions> {
  const merged = withDefaults(options, HEDGE_DELAY_DEFAULTS)
  checkNumber('quantile', merged.quantile, { above: 0, below: 1 })
  checkInteger('minSamples', merged.minSamples, { min: 1 })
  checkNumber('minDelayMs', merged.minDelayMs, { min: 0 })
  checkNumber('maxRemainingRatio', merged.maxRemainingRatio, { above: 0, max: 1 })
  checkNumber('windowMs', merged.windowMs, { above: 0 })
  return merged
}
