import { checkFunction, checkNumber, type ResolvedOptions, withDefaults } from '@headgate/core'
import { drawFraction, type Random } from '../random/random.ts'
import { BACKOFF_DEFAULTS, Backoff, type BackoffOptions } from './backoff.ts'

export interface RetryDelayOptions extends BackoffOptions {
  /** The base where the server said that it is full. Milliseconds, above 0. Default 1000. */
  readonly overloadBaseDelayMs?: number | undefined
  /** The cap there. Milliseconds, at least `overloadBaseDelayMs`. Default 20,000. */
  readonly overloadMaxDelayMs?: number | undefined
  /** A server that asks for more is not waited for. Milliseconds, at least 0. Default 60,000. */
  readonly maxServerDelayMs?: number | undefined
  /** Up to this share of what the server asked for is added, never taken away. From 0. Default 0.2. */
  readonly serverSpreadRatio?: number | undefined
  /** And never more than this. Milliseconds, at least 0. Default 30,000. */
  readonly maxServerSpreadMs?: number | undefined
}

export const RETRY_DELAY_DEFAULTS: ResolvedOptions<RetryDelayOptions> = Object.freeze({
  ...BACKOFF_DEFAULTS,
  overloadBaseDelayMs: 1000,
  overloadMaxDelayMs: 20_000,
  maxServerDelayMs: 60_000,
  serverSpreadRatio: 0.2,
  maxServerSpreadMs: 30_000,
})

/** Why a call may be tried again, and what is known of it. */
export interface RetryCause {
  /** Number of the retry, from 1. */
  readonly retry: number
  /** The wait before the retry before, in milliseconds. Default 0. */
  readonly previousMs?: number | undefined
  /** The server said that it is full. Default false. */
  readonly isOverload?: boolean | undefined
  /** The retry goes to another upstream than all attempts before: the first such retry waits for nothing. */
  readonly isElsewhere?: boolean | undefined
  /**
   * What the server asked for (`Retry-After`, pushback), in milliseconds; negative: do not retry. Leave it
   * out where it does not bind the upstream that the retry goes to. Not a number counts as left out.
   */
  readonly serverDelayMs?: number | undefined
  /** Until the deadline, in milliseconds. Default no end. */
  readonly remainingMs?: number | undefined
}

/** Wait so long, or do not retry: told not to, told to come back too late, or no time left for the wait. */
export type RetryPlan =
  | { readonly retry: true; readonly delayMs: number }
  | {
      readonly retry: false
      readonly reason: 'forbidden' | 'too-late' | 'no-time'
      /** When it would be worth asking again, in milliseconds; infinite when told not to. */
      readonly retryAfterMs: number
    }

/**
 * Joins backoff with what the server asked for, as a minimum: a retry never comes sooner than asked, and
 * callers who heard the same number do not come back together. O(1).
 *
 * Sources: Brooker (2015) for the backoff; RFC 9110, section 10.2.3, for `Retry-After`. Explained in
 * docs/algorithms/backoff.md.
 */
export class RetryDelay {
  readonly #random: Random
  readonly #options: ResolvedOptions<RetryDelayOptions>
  readonly #backoff: Backoff
  readonly #overloadBackoff: Backoff

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
  constructor(random: Random, options: RetryDelayOptions = {}) {
    checkFunction('random', random)
    this.#random = random
    this.#options = resolveOptions(options)
    const { jitter, baseDelayMs, maxDelayMs } = this.#options
    const { overloadBaseDelayMs, overloadMaxDelayMs } = this.#options
    this.#backoff = new Backoff(random, { jitter, baseDelayMs, maxDelayMs })
    const overload = { baseDelayMs: overloadBaseDelayMs, maxDelayMs: overloadMaxDelayMs }
    this.#overloadBackoff = new Backoff(random, { jitter, ...overload })
  }

  /** How long to wait before this retry, or why not to make it. */
  plan(cause: RetryCause): RetryPlan {
    const { remainingMs = Number.POSITIVE_INFINITY } = cause
    const askedMs = cause.serverDelayMs ?? Number.NaN
    if (askedMs < 0) return refusal('forbidden', Number.POSITIVE_INFINITY)
    if (askedMs > this.#options.maxServerDelayMs) return refusal('too-late', askedMs)
    // Where nothing was asked for the comparison below is with NaN, and so with nothing.
    const serverMs = askedMs >= 0 ? this.#spread(askedMs) : 0
    const delayMs = Math.max(serverMs, this.#backoffMs(cause))
    // A wait that uses up all the time there is ends in a timeout; the caller can be told so now.
    return delayMs >= remainingMs ? refusal('no-time', delayMs) : { retry: true, delayMs }
  }

  #backoffMs({ retry, previousMs, isOverload, isElsewhere }: RetryCause): number {
    if (isElsewhere === true && retry === 1) return 0
    const backoff = isOverload === true ? this.#overloadBackoff : this.#backoff
    return backoff.delayMs(retry, previousMs)
  }

  #spread(askedMs: number): number {
    const { serverSpreadRatio, maxServerSpreadMs } = this.#options
    const mostMs = Math.min(askedMs * serverSpreadRatio, maxServerSpreadMs)
    return askedMs + drawFraction(this.#random) * mostMs
  }
}

function refusal(reason: 'forbidden' | 'too-late' | 'no-time', retryAfterMs: number): RetryPlan {
  return { retry: false, reason, retryAfterMs }
}

function resolveOptions(options: RetryDelayOptions): ResolvedOptions<RetryDelayOptions> {
  const merged = withDefaults(options, RETRY_DELAY_DEFAULTS)
  const { overloadBaseDelayMs } = merged
  checkNumber('overloadBaseDelayMs', overloadBaseDelayMs, { above: 0 })
  checkNumber('overloadMaxDelayMs', merged.overloadMaxDelayMs, { min: overloadBaseDelayMs })
  checkNumber('maxServerDelayMs', merged.maxServerDelayMs, { min: 0 })
  checkNumber('serverSpreadRatio', merged.serverSpreadRatio, { min: 0 })
  checkNumber('maxServerSpreadMs', merged.maxServerSpreadMs, { min: 0 })
  return merged
}
