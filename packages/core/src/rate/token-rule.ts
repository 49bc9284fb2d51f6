import type { ResolvedBucket } from './bucket-options.ts'
import { msOfTicks } from './tick-reader.ts'

/** What one bucket has to remember. A bucket without debt is full, and needs no account. */
export interface TokenAccount {
  /** Units missing from a full bucket as of `tick`; above a burst when takers wait for the rest. */
  debt: number
  tick: number
}

/** An answer that no waiting would change: more than a full bucket holds. */
export const NEVER_MS: number = Number.POSITIVE_INFINITY

/**
 * The arithmetic of a token bucket, kept as a debt that time pays off. In integers throughout, so a
 * decision after ten years is as exact as the first. Everything is O(1) and allocates nothing.
 *
 * It is GCRA: the "theoretical arrival time" of that is `tick + debt / unitsPerTick` here, which is no
 * integer for most rates and therefore not what is stored.
 *
 * Source: ITU-T I.371, "Traffic control and congestion control in B-ISDN" (1993), generic cell rate
 * algorithm, virtual scheduling; Turner, "New directions in communications" (1986), leaky bucket.
 * Explained in docs/algorithms/token-bucket.md.
 */
export class TokenRule {
  readonly #perTick: number
  readonly #perToken: number
  readonly #burst: number
  readonly #fullUnits: number
  readonly #maxWaitMs: number

  constructor({ unitsPerTick, unitsPerToken, burst, maxWaitMs }: ResolvedBucket) {
    this.#perTick = unitsPerTick
    this.#perToken = unitsPerToken
    this.#burst = burst
    this.#fullUnits = burst * unitsPerToken
    this.#maxWaitMs = maxWaitMs
  }

  /** Takes `cost` tokens and returns 0, or takes none and returns the milliseconds until it could. */
  take(account: TokenAccount, cost: number, tick: number): number {
    const waitMs = this.waitMs(account, cost, tick)
    if (waitMs === 0) account.debt += cost * this.#perToken
    return waitMs
  }

  /** Milliseconds until `cost` tokens could be taken; takes none. */
  waitMs(account: TokenAccount, cost: number, tick: number): number {
    if (cost > this.#burst) return NEVER_MS
    this.#payOff(account, tick)
    const over = account.debt + cost * this.#perToken - this.#fullUnits
    return over <= 0 ? 0 : msOfTicks(Math.ceil(over / this.#perTick))
  }

  /**
   * Takes `cost` tokens, the ones to come if need be, and returns the milliseconds until they are there:
   * the taker waits so long. Takes none and returns undefined when that is longer than the longest wait.
   */
  reserve(account: TokenAccount, cost: number, tick: number): number | undefined {
    const waitMs = this.waitMs(account, cost, tick)
    if (waitMs > this.#maxWaitMs) return undefined
    account.debt += cost * this.#perToken
    return waitMs
  }

  /** Puts `cost` tokens back. A bucket never holds more than its burst. */
  giveBack(account: TokenAccount, cost: number, tick: number): void {
    this.#payOff(account, tick)
    account.debt = Math.max(0, account.debt - cost * this.#perToken)
  }

  /** Whole tokens that could be taken now. */
  available(account: TokenAccount, tick: number): number {
    this.#payOff(account, tick)
    return Math.max(0, Math.floor((this.#fullUnits - account.debt) / this.#perToken))
  }

  isFull(account: TokenAccount, tick: number): boolean {
    this.#payOff(account, tick)
    return account.debt === 0
  }

  #payOff(account: TokenAccount, tick: number): void {
    const elapsed = tick - account.tick
    if (elapsed <= 0) return
    account.tick = tick
    // The division comes first: after a year the product would be beyond what a number holds exactly.
    const isPaid = elapsed >= account.debt / this.#perTick
    account.debt = isPaid ? 0 : account.debt - elapsed * this.#perTick
  }
}

/**
 * The tokens that a request on its way costs: an integer, at least 1. A fraction counts up; what is no
 * number, or below 1, counts as 1: a request never costs nothing, and never throws.
 */
export function tokensOf(cost: unknown): number {
  return typeof cost === 'number' && cost > 1 ? Math.ceil(cost) : 1
}
