import type { ResolvedOptions } from '@headgate/core'
import { checkFunction, checkNumber, checkOneOf, withDefaults } from '@headgate/core'
import { drawFraction, type Random } from '../random/random.ts'

/** How waits are spread: over all of the ceiling, over its upper half, or from the wait before. */
export type Jitter = 'full' | 'equal' | 'decorrelated'

export interface BackoffOptions {
  /** Default `full`, which spreads callers most and so does least harm. */
  readonly jitter?: Jitter | undefined
  /** The ceiling of the first wait; it doubles with each retry. Milliseconds, above 0. Default 50. */
  readonly baseDelayMs?: number | undefined
  /** No wait is longer. Milliseconds, at least `baseDelayMs`. Default 2000. */
  readonly maxDelayMs?: number | undefined
}

export const BACKOFF_DEFAULTS: ResolvedOptions<BackoffOptions> = Object.freeze({
  jitter: 'full',
  baseDelayMs: 50,
  maxDelayMs: 2000,
})

/**
 * How long to wait before a retry: exponential with jitter. Holds no state of a call; O(1).
 *
 * Source: Brooker, "Exponential backoff and jitter", AWS Architecture Blog (2015). Explained in
 * docs/algorithms/backoff.md.
 */
export class Backoff {
  readonly #random: Random
  readonly #options: ResolvedOptions<BackoffOptions>

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
  constructor(random: Random, options: BackoffOptions = {}) {
    checkFunction('random', random)
    this.#random = random
    this.#options = resolveOptions(options)
  }

  /**
   * Milliseconds to wait before a retry, the first being number 1. `previousMs` is the wait before the
   * retry before; only decorrelated jitter looks at it, and takes the base when there was none.
   */
  delayMs(retry: number, previousMs = 0): number {
    return nextDelayMs({ retry, previousMs, drawn: drawFraction(this.#random) }, this.#options)
  }
}

/** What a wait is made from. */
export interface BackoffStep {
  /** Number of the retry, from 1. */
  readonly retry: number
  readonly previousMs: number
  /** From 0, below 1. */
  readonly drawn: number
}

/** The wait of one step, in milliseconds. */
export function nextDelayMs(step: BackoffStep, options: ResolvedOptions<BackoffOptions>): number {
  const { jitter, baseDelayMs, maxDelayMs } = options
  if (jitter === 'decorrelated') {
    // The ceiling follows what was drawn, not the count, so that callers that began in step part ways.
    const ceilingMs = Math.min(maxDelayMs, 3 * Math.max(baseDelayMs, step.previousMs))
    return baseDelayMs + step.drawn * (ceilingMs - baseDelayMs)
  }
  const ceilingMs = Math.min(maxDelayMs, baseDelayMs * 2 ** Math.max(0, step.retry - 1))
  return jitter === 'full' ? step.drawn * ceilingMs : ((1 + step.drawn) * ceilingMs) / 2
}

function resolveOptions(options: BackoffOptions): ResolvedOptions<BackoffOptions> {
  const merged = withDefaults(options, BACKOFF_DEFAULTS)
  checkOneOf('jitter', merged.jitter, ['full', 'equal', 'decorrelated'])
  checkNumber('baseDelayMs', merged.baseDelayMs, { above: 0 })
  checkNumber('maxDelayMs', merged.maxDelayMs, { min: merged.baseDelayMs })
  return merged
}
