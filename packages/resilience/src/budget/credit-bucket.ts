/** How fast the rate of deposits is forgotten. */
const RATE_MEMORY_MS = 10_000

export interface CreditBucketSettings {
  /** What one deposit brings. */
  readonly creditRatio: number
  /** It holds this much, or what `capacitySeconds` of deposits bring if that is more. */
  readonly minCapacity: number
  readonly capacitySeconds: number
  readonly refillPerSecond: number
  readonly initialCredits: number
}

/**
 * A balance fed by deposits, of which one credit buys one attempt. The capacity grows with the rate of
 * deposits, so that busy callers can pass a burst of slow answers and quiet ones cannot save up for long.
 * O(1), three numbers.
 */
export class CreditBucket {
  readonly #settings: CreditBucketSettings
  #credits: number
  #depositsPerMs = 0
  #seenMs: number

  constructor(settings: CreditBucketSettings, nowMs: number) {
    this.#settings = settings
    this.#credits = settings.initialCredits
    this.#seenMs = nowMs
  }

  deposit(nowMs: number): void {
    this.#advance(nowMs)
    this.#depositsPerMs += 1 / RATE_MEMORY_MS
    this.#credits = Math.min(this.#capacity(), this.#credits + this.#settings.creditRatio)
  }

  tryTake(nowMs: number): boolean {
    this.#advance(nowMs)
    if (this.#credits < 1) return false
    this.#credits -= 1
    return true
  }

  /** What was bought was not used. */
  giveBack(nowMs: number): void {
    this.#advance(nowMs)
    this.#credits = Math.min(this.#capacity(), this.#credits + 1)
  }

  creditsAt(nowMs: number): number {
    this.#advance(nowMs)
    return this.#credits
  }

  capacityAt(nowMs: number): number {
    this.#advance(nowMs)
    return this.#capacity()
  }

  #capacity(): number {
    const { minCapacity, capacitySeconds, creditRatio } = this.#settings
    return Math.max(minCapacity, this.#depositsPerMs * 1000 * capacitySeconds * creditRatio)
  }

  #advance(nowMs: number): void {
    const elapsedMs = nowMs - this.#seenMs
    if (elapsedMs <= 0) return
    this.#seenMs = nowMs
    this.#depositsPerMs *= Math.exp(-elapsedMs / RATE_MEMORY_MS)
    const refilled = this.#credits + (elapsedMs / 1000) * this.#settings.refillPerSecond
    // What was saved at a high rate goes with the rate: an outage finds a small balance soon.
    this.#credits = Math.min(this.#capacity(), refilled)
  }
}
