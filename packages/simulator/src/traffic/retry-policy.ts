import type { Random } from '../random/random.ts'

/** What a client does that has got no answer, or a refusal. */
export interface RetryPolicy {
  /** Tries in all, the first included. Integer, at least 1. */
  readonly tries: number
  /** How long it waits before its next try, given how many it has made, in milliseconds. */
  readonly delayMs: (tries: number, random: Random) => number
  /** What each success adds to a budget that each retry takes 1 from. Default: no budget, no bound. */
  readonly budgetRatio?: number
}

/** Asks again as soon as it can, as a client does that was written without a thought of overload. */
export function naiveRetry(tries: number, delayMs = 1): RetryPolicy {
  return { tries, delayMs: () => delayMs }
}

/** Exponential back-off with full jitter: uniform from 0 to `baseMs`, doubled with each try. */
export function backoffRetry(tries: number, baseMs: number): RetryPolicy {
  return { tries, delayMs: (made, random) => random() * baseMs * 2 ** (made - 1) }
}

const MOST_TOKENS = 10

/** The tokens of a population's retries: earned by successes, so that an outage has few. */
export class RetryTokens {
  readonly #ratio: number | undefined
  #tokens = 0

  constructor(ratio: number | undefined) {
    this.#ratio = ratio
  }

  onSuccess(): void {
    if (this.#ratio !== undefined) this.#tokens = Math.min(MOST_TOKENS, this.#tokens + this.#ratio)
  }

  tryTake(): boolean {
    if (this.#ratio === undefined) return true
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}
