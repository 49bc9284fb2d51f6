import {
  type Clock,
  checkFunction,
  checkInteger,
  checkNumber,
  type ResolvedOptions,
  withDefaults,
} from '@headgate/core'
import type { CallOutcome } from '../outcome/call-outcome.ts'
import { drawFraction, type Random } from '../random/random.ts'
import { CountWindow } from '../window/count-window.ts'

const [REQUESTS, ACCEPTS] = [0, 1] as const

export interface AdaptiveThrottleOptions {
  /** So many times what the server accepts is sent. At least 1. Default 2. */
  readonly multiplier?: number | undefined
  /** How far it looks back. Milliseconds, above 0. Default 10,000. */
  readonly windowMs?: number | undefined
  /** The largest share of calls that is refused; the rest finds out whether the server is well again. From 0, below 1. Default 0.9. */
  readonly maxRefusedRatio?: number | undefined
  /** Nothing is refused before so many calls in the window. Integer, at least 1. Default 10. */
  readonly minRequests?: number | undefined
}

export const ADAPTIVE_THROTTLE_DEFAULTS: ResolvedOptions<AdaptiveThrottleOptions> = Object.freeze({
  multiplier: 2,
  windowMs: 10_000,
  maxRefusedRatio: 0.9,
  minRequests: 10,
})

/**
 * Refuses calls here that the server would refuse, in proportion to how many it refuses. Only explicit
 * refusals (`overload`) count against it: where timeouts counted too, a server that had recovered was
 * kept short of calls for half a minute. O(1).
 *
 * Source: Beyer and others, "Site Reliability Engineering", chapter 21, "Handling overload" (2016). Explained
 * in docs/algorithms/adaptive-throttle.md.
 */
export class AdaptiveThrottle {
  readonly #clock: Clock
  readonly #random: Random
  readonly #options: ResolvedOptions<AdaptiveThrottleOptions>
  readonly #window: CountWindow

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
  constructor(clock: Clock, random: Random, options: AdaptiveThrottleOptions = {}) {
    checkFunction('random', random)
    this.#clock = clock
    this.#random = random
    this.#options = resolveOptions(options)
    this.#window = new CountWindow(this.#options.windowMs, 2)
  }

  /** The share of calls that is refused now, from 0 to `maxRefusedRatio`. */
  get refusedRatio(): number {
    return this.#refusedRatioAt(this.#clock.nowMs())
  }

  /** False: refuse the call here. What is refused counts as one more that the server did not accept. */
  tryPass(): boolean {
    const nowMs = this.#clock.nowMs()
    const ratio = this.#refusedRatioAt(nowMs)
    // Mostly 0; no lot is drawn then.
    if (ratio === 0 || drawFraction(this.#random) >= ratio) return true
    this.#window.add(REQUESTS, nowMs)
    return false
  }

  /** A call that was let through ended. */
  onResult(outcome: CallOutcome): void {
    if (outcome !== 'success' && outcome !== 'overload') return
    const nowMs = this.#clock.nowMs()
    this.#window.add(REQUESTS, nowMs)
    if (outcome === 'success') this.#window.add(ACCEPTS, nowMs)
  }

  snapshot(): Readonly<Record<string, number>> {
    const nowMs = this.#clock.nowMs()
    return {
      refusedRatio: this.#refusedRatioAt(nowMs),
      requests: this.#window.total(REQUESTS, nowMs),
      accepts: this.#window.total(ACCEPTS, nowMs),
    }
  }

  #refusedRatioAt(nowMs: number): number {
    const requests = this.#window.total(REQUESTS, nowMs)
    if (requests < this.#options.minRequests) return 0
    return nextRefusedRatio(requests, this.#window.total(ACCEPTS, nowMs), this.#options)
  }
}

/** The share to refuse: max(0, (requests − multiplier × accepts) / (requests + 1)), at most `maxRefusedRatio`. */
export function nextRefusedRatio(
  requests: number,
  accepts: number,
  { multiplier, maxRefusedRatio }: ResolvedOptions<AdaptiveThrottleOptions>,
): number {
  const ratio = (requests - multiplier * accepts) / (requests + 1)
  return Math.min(maxRefusedRatio, Math.max(0, ratio))
}

function resolveOptions(
  options: AdaptiveThrottleOptions,
): ResolvedOptions<AdaptiveThrottleOptions> {
  const merged = withDefaults(options, ADAPTIVE_THROTTLE_DEFAULTS)
  checkNumber('multiplier', merged.multiplier, { min: 1 })
  checkNumber('windowMs', merged.windowMs, { above: 0 })
  checkNumber('maxRefusedRatio', merged.maxRefusedRatio, { min: 0, below: 1 })
  checkInteger('minRequests', merged.minRequests, { min: 1 })
  return merged
}
