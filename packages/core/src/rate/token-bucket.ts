import type { Clock } from '../time/clock.ts'
import { type BucketOptions, resolveBucket } from './bucket-options.ts'
import { TickReader } from './tick-reader.ts'
import { type TokenAccount, TokenRule, tokensOf } from './token-rule.ts'

/**
 * One token bucket: `burst` at once, `refillPerSecond` in the long run. Nothing on the request path
 * throws; every operation is O(1). Explained in docs/algorithms/token-bucket.md.
 */
export class TokenBucket {
  readonly #rule: TokenRule
  readonly #ticks: TickReader
  readonly #account: TokenAccount = { debt: 0, tick: Number.MIN_SAFE_INTEGER }

  /** @throws {InvalidOptionError} when an option is missing, unknown, of the wrong type, or out of range. */
  constructor(clock: Clock, options: BucketOptions) {
    this.#rule = new TokenRule(resolveBucket('rate', options))
    this.#ticks = new TickReader(clock)
  }

  /**
   * Now or not: takes `cost` tokens and returns 0, or takes none and returns the milliseconds until it
   * would succeed if nobody else came, to the microsecond; infinite when `cost` is more than the burst.
   *
   * @param cost integer, at least 1; a fraction counts up, and what is no number or less counts as 1
   */
  tryTake(cost = 1): number {
    return this.#rule.take(this.#account, tokensOf(cost), this.#ticks.now())
  }

  /**
   * Smoothing: takes `cost` tokens and returns after how many milliseconds their taker may go on.
   * Undefined, with none taken, when that is more than `maxWaitMs`. Turns come in the order of calls.
   */
  reserve(cost = 1): number | undefined {
    return this.#rule.reserve(this.#account, tokensOf(cost), this.#ticks.now())
  }

  /** Puts back what was taken for something that then did not happen. Once for each taking. */
  giveBack(cost = 1): void {
    this.#rule.giveBack(this.#account, tokensOf(cost), this.#ticks.now())
  }

  /** What `tryTake` would return; takes nothing. */
  waitMs(cost = 1): number {
    return this.#rule.waitMs(this.#account, tokensOf(cost), this.#ticks.now())
  }

  /** Whole tokens that could be taken now. */
  get available(): number {
    return this.#rule.available(this.#account, this.#ticks.now())
  }
}
