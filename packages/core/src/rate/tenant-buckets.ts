import { checkInteger, checkKnownOptions } from '../option/check-option.ts'
import type { Clock } from '../time/clock.ts'
import { boundedKey, ownCopy } from './bounded-key.ts'
import { BUCKET_OPTION_NAMES, type BucketOptions, resolveBucket } from './bucket-options.ts'
import { TickReader } from './tick-reader.ts'
import { type TokenAccount, TokenRule, tokensOf } from './token-rule.ts'

const DEFAULT_MAX_KEYS = 16_384
/** Buckets looked at for each call: more than one, or those that fill up would outnumber those looked at. */
const LOOKED_AT = 2

export interface TenantBucketsOptions extends BucketOptions {
  /** Most buckets kept at a time. Integer from 1 to 1,000,000. Default 16,384 (about 3 MB). */
  readonly maxKeys?: number | undefined
}

interface KeyedAccount extends TokenAccount {
  readonly key: string
}

/**
 * A token bucket for each key. A bucket that is full again is forgotten, for a full one needs no state;
 * so the memory follows those who took something lately. Every operation is O(1).
 *
 * `maxKeys` is the bound for when ever new keys come faster than that. Then **newcomers share one
 * bucket** until there is room. Nobody's bucket is given up for another's, since keys that cost nothing
 * to make could otherwise push a debt out of memory, or another tenant's bucket. An attacker
 * gains one bucket in all; who pays is a tenant that comes anew meanwhile.
 */
export class TenantBuckets {
  readonly #rule: TokenRule
  readonly #ticks: TickReader
  readonly #maxKeys: number
  readonly #accounts = new Map<string, KeyedAccount>()
  readonly #round: KeyedAccount[] = []
  readonly #common: TokenAccount = { debt: 0, tick: Number.MIN_SAFE_INTEGER }
  #hand = 0
  #crowded = 0

  /** @throws {InvalidOptionError} when an option is missing, unknown, of the wrong type, or out of range. */
  constructor(clock: Clock, options: TenantBucketsOptions) {
    checkKnownOptions('rate', options, [...BUCKET_OPTION_NAMES, 'maxKeys'])
    const { maxKeys = DEFAULT_MAX_KEYS, ...bucket } = options
    checkInteger('rate.maxKeys', maxKeys, { min: 1, max: 1_000_000 })
    this.#rule = new TokenRule(resolveBucket('rate', bucket))
    this.#ticks = new TickReader(clock)
    this.#maxKeys = maxKeys
  }

  /** Buckets kept. */
  get size(): number {
    return this.#accounts.size
  }

  /** As `TokenBucket.tryTake`, from the bucket of `key`: any value; longer ones than 128 characters are hashed. */
  tryTake(key: unknown, cost = 1): number {
    const tick = this.#ticks.now()
    const account = this.#accountOf(boundedKey(key), tick)
    const waitMs = this.#rule.take(account, tokensOf(cost), tick)
    this.#forgetFull(tick)
    return waitMs
  }

  /** As `TokenBucket.reserve`, from the bucket of `key`. */
  reserve(key: unknown, cost = 1): number | undefined {
    const tick = this.#ticks.now()
    const account = this.#accountOf(boundedKey(key), tick)
    const waitMs = this.#rule.reserve(account, tokensOf(cost), tick)
    this.#forgetFull(tick)
    return waitMs
  }

  /**
   * Puts back what was taken for something that then did not happen. Once for each taking. What came
   * from the common bucket is lost: whose it was is not known, and too little is safer than too much.
   */
  giveBack(key: unknown, cost = 1): void {
    const account = this.#accounts.get(boundedKey(key))
    if (account !== undefined) this.#rule.giveBack(account, tokensOf(cost), this.#ticks.now())
  }

  /** What `tryTake` would return; takes nothing. */
  waitMs(key: unknown, cost = 1): number {
    return this.#rule.waitMs(this.#find(key), tokensOf(cost), this.#ticks.now())
  }

  /** Whole tokens that `key` could take now. */
  available(key: unknown): number {
    return this.#rule.available(this.#find(key), this.#ticks.now())
  }

  /** `crowded`: how often a newcomer had to use the common bucket. Above 0, `maxKeys` is too small, or keys are being made up. */
  snapshot(): { readonly keys: number; readonly maxKeys: number; readonly crowded: number } {
    return { keys: this.size, maxKeys: this.#maxKeys, crowded: this.#crowded }
  }

  #find(key: unknown): TokenAccount {
    const account = this.#accounts.get(boundedKey(key))
    if (account !== undefined) return account
    return this.#accounts.size < this.#maxKeys ? { debt: 0, tick: 0 } : this.#common
  }

  #accountOf(key: string, tick: number): TokenAccount {
    const known = this.#accounts.get(key)
    if (known !== undefined) return known
    if (this.#accounts.size >= this.#maxKeys) this.#forgetFull(tick)
    if (this.#accounts.size >= this.#maxKeys) {
      this.#crowded += 1
      return this.#common
    }
    const account = { debt: 0, tick, key: ownCopy(key) }
    this.#accounts.set(account.key, account)
    this.#round.push(account)
    return account
  }

  /** Looks at the next few of the round, and forgets those that are full. */
  #forgetFull(tick: number): void {
    const round = this.#round
    for (let left = LOOKED_AT; left > 0 && round.length > 0; left -= 1) {
      if (this.#hand >= round.length) this.#hand = 0
      const account = round[this.#hand] as KeyedAccount
      if (!this.#rule.isFull(account, tick)) {
        this.#hand += 1
        continue
      }
      this.#accounts.delete(account.key)
      const last = round.pop() as KeyedAccount
      if (last !== account) round[this.#hand] = last
    }
  }
}
