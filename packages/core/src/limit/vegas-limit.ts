import { checkInteger, checkNumber } from '../option/check-option.ts'
import type { Limit } from './limit.ts'
import { type LimitBoundsOptions, resolveLimitBounds } from './limit-bounds.ts'
import { type LimitRandom, resolveRandom } from './limit-random.ts'
import { type ResolvedOptions, withDefaults } from './resolved-options.ts'
import type { Sample } from './sample.ts'
import { truncatedLog10 } from './truncated-log10.ts'
import { usableLatencyNs } from './usable-latency.ts'

export interface VegasLimitOptions extends LimitBoundsOptions {
  /** Integer from `minLimit` to `maxLimit`. Default 20. */
  readonly initialLimit?: number | undefined
  /** Integer, at least 1. Default 1. */
  readonly minLimit?: number | undefined
  /** Integer, at least `minLimit`. Default 1000. */
  readonly maxLimit?: number | undefined
  /** How much of each step is taken. Above 0, up to 1. Default 1, whole steps. */
  readonly smoothing?: number | undefined
  /**
   * The baseline is measured anew after 0.5 to 1 times this many samples for each permit of the limit.
   * Integer, at least 1. Default 30.
   */
  readonly probeMultiplier?: number | undefined
}

export const VEGAS_LIMIT_DEFAULTS: ResolvedOptions<VegasLimitOptions> = Object.freeze({
  initialLimit: 20,
  minLimit: 1,
  maxLimit: 1000,
  smoothing: 1,
  probeMultiplier: 30,
})

/** Why the limit moves, or (`unused`, `hold`) does not. */
export type VegasMove = 'overloaded' | 'unused' | 'leap' | 'grow' | 'shrink' | 'hold'

/**
 * Holds the queue inside the service small: the latency above the lowest one seen tells how many of the
 * requests in flight must be waiting.
 *
 * Source: Brakmo and Peterson, "TCP Vegas: end to end congestion avoidance on a global Internet" (1995),
 * as in Netflix concurrency-limits (`VegasLimit`, 2018). Explained in docs/algorithms/vegas.md.
 */
export class VegasLimit implements Limit {
  readonly #options: ResolvedOptions<VegasLimitOptions>
  readonly #random: (sample: Sample) => number
  // A field that begins as undefined would box every fraction stored in it later: 16 bytes a sample.
  #estimate = 0
  #baselineNs = 0
  #sinceProbe = 0
  #probeJitter = 0
  #move: VegasMove | 'initial' | 'probe' | 'baseline' = 'initial'

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
  constructor(options: VegasLimitOptions = {}, dependencies: LimitRandom = {}) {
    this.#options = resolveOptions(options)
    this.#random = resolveRandom(dependencies)
    this.#estimate = this.#options.initialLimit
  }

  get current(): number {
    return Math.trunc(this.#estimate)
  }

  onSample(sample: Sample): void {
    const latencyNs = usableLatencyNs(sample)
    if (latencyNs === 0) return
    if (this.#isProbe(sample)) {
      this.#baselineNs = latencyNs
      this.#move = 'probe'
    } else if (this.#baselineNs === 0 || latencyNs < this.#baselineNs) {
      this.#baselineNs = latencyNs
      this.#move = 'baseline'
    } else {
      const queued = vegasQueue(this.#estimate, this.#baselineNs, latencyNs)
      this.#move = vegasMove(this.#estimate, queued, sample)
      this.#estimate = nextVegasLimit(this.#estimate, this.#move, this.#options)
    }
  }

  snapshot(): Readonly<Record<string, number | string | boolean>> {
    return {
      algorithm: 'vegas',
      limit: this.current,
      estimate: this.#estimate,
      baselineNs: this.#baselineNs,
      samplesSinceProbe: this.#sinceProbe,
      reason: this.#move,
    }
  }

  /** Counts the sample, and says whether the baseline has become too old to be believed. */
  #isProbe(sample: Sample): boolean {
    if (this.#probeJitter === 0) this.#probeJitter = this.#drawJitter(sample)
    this.#sinceProbe += 1
    const due = this.#probeJitter * this.#options.probeMultiplier * this.#estimate
    if (due > this.#sinceProbe) return false
    this.#sinceProbe = 0
    this.#probeJitter = this.#drawJitter(sample)
    return true
  }

  #drawJitter(sample: Sample): number {
    return 0.5 + this.#random(sample) / 2
  }
}

/** How many of `limit` requests in flight must be waiting, by Little's law: an integer, at least 0. */
export function vegasQueue(limit: number, baselineNs: number, latencyNs: number): number {
  return Math.ceil(limit * (1 - baselineNs / latencyNs))
}

/** Where one sample points to, with `queued` of the requests waiting. */
export function vegasMove(limit: number, queued: number, sample: Sample): VegasMove {
  if (sample.overloaded) return 'overloaded'
  // A half-idle server says nothing about its capacity.
  if (sample.inFlight * 2 < limit) return 'unused'
  const log = truncatedLog10(Math.trunc(limit))
  if (queued <= log) return 'leap'
  if (queued < 3 * log) return 'grow'
  return queued > 6 * log ? 'shrink' : 'hold'
}

/** The limit after `move`, with its fraction. */
export function nextVegasLimit(
  limit: number,
  move: VegasMove,
  options: ResolvedOptions<VegasLimitOptions>,
): number {
  if (move === 'unused' || move === 'hold') return limit
  const { minLimit, maxLimit, smoothing } = options
  const log = truncatedLog10(Math.trunc(limit))
  const step = move === 'leap' ? 6 * log : move === 'grow' ? log : -log
  const target = Math.max(minLimit, Math.min(maxLimit, limit + step))
  // Rounding can leave the mean of two equal numbers just below them, and the whole part one lower.
  return Math.max(minLimit, (1 - smoothing) * limit + smoothing * target)
}

function resolveOptions(options: VegasLimitOptions): ResolvedOptions<VegasLimitOptions> {
  const merged = withDefaults(options, VEGAS_LIMIT_DEFAULTS)
  const { smoothing, probeMultiplier } = merged
  checkNumber('smoothing', smoothing, { above: 0, max: 1 })
  checkInteger('probeMultiplier', probeMultiplier, { min: 1, max: Number.MAX_SAFE_INTEGER })
  return { ...merged, ...resolveLimitBounds(options, VEGAS_LIMIT_DEFAULTS) }
}
