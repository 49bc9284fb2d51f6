import {
  checkInteger,
  checkNumber,
  type Limit,
  type ResolvedOptions,
  type Sample,
  withDefaults,
} from '@headgate/core'

/** Growth needs this share of the limit to be in use: what is not used was not tried. */
const USED_RATIO = 0.9

export interface CallLimitOptions {
  /** Integer from `minLimit` to `maxLimit`. Default 20, or the nearer bound. */
  readonly initialLimit?: number | undefined
  /** Integer, at least 1. Default 1. */
  readonly minLimit?: number | undefined
  /** Integer, at least `minLimit`. Default 1000. */
  readonly maxLimit?: number | undefined
  /** What remains of the limit after an overload. From 0.5, below 1. Default 0.9. */
  readonly backoffRatio?: number | undefined
}

export const CALL_LIMIT_DEFAULTS: ResolvedOptions<CallLimitOptions> = Object.freeze({
  initialLimit: 20,
  minLimit: 1,
  maxLimit: 1000,
  backoffRatio: 0.9,
})

/**
 * How many calls may be in flight to one server: one more for each round of successes near the limit, a
 * tenth less for each round with an overload. `AimdLimit` of the core grows with every sample, as the
 * published original does; a caller must be slower, since many callers share one server. O(1).
 *
 * Sources: Chiu and Jain (1989); Jacobson, "Congestion avoidance and control" (1988), for one step a
 * round. Explained in docs/algorithms/adaptive-throttle.md.
 */
export class CallLimit implements Limit {
  readonly #options: ResolvedOptions<CallLimitOptions>
  // A field that begins as a whole number would be boxed when the first fraction is stored.
  #estimate = 0.5
  #decreasedAtNs = Number.NEGATIVE_INFINITY

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
  constructor(options: CallLimitOptions = {}) {
    this.#options = resolveOptions(options)
    this.#estimate = this.#options.initialLimit
  }

  get current(): number {
    return Math.trunc(this.#estimate)
  }

  onSample({ startNs, latencyNs, inFlight, overloaded }: Sample): void {
    const { minLimit, maxLimit, backoffRatio } = this.#options
    if (overloaded) {
      // Calls that were in flight at the last decrease speak of the limit before it.
      if (startNs < this.#decreasedAtNs) return
      this.#decreasedAtNs = startNs + latencyNs
      this.#estimate = Math.max(minLimit, Math.floor(this.#estimate * backoffRatio))
    } else if (inFlight >= this.current * USED_RATIO) {
      this.#estimate = Math.min(maxLimit, this.#estimate + 1 / this.#estimate)
    }
  }

  snapshot(): Readonly<Record<string, number | string | boolean>> {
    return { algorithm: 'call-aimd', limit: this.current, estimate: this.#estimate }
  }
}

function resolveOptions(options: CallLimitOptions): ResolvedOptions<CallLimitOptions> {
  const merged = withDefaults(options, CALL_LIMIT_DEFAULTS)
  const most = Number.MAX_SAFE_INTEGER
  checkInteger('minLimit', merged.minLimit, { min: 1, max: most })
  // A default gives way to a bound that was asked for.
  const maxLimit = options.maxLimit ?? Math.max(merged.maxLimit, merged.minLimit)
  checkInteger('maxLimit', maxLimit, { min: merged.minLimit, max: most })
  const nearest = Math.min(maxLimit, Math.max(merged.minLimit, merged.initialLimit))
  const initialLimit = options.initialLimit ?? nearest
  checkInteger('initialLimit', initialLimit, { min: merged.minLimit, max: maxLimit })
  checkNumber('backoffRatio', merged.backoffRatio, { min: 0.5, below: 1 })
  return { ...merged, maxLimit, initialLimit }
}
