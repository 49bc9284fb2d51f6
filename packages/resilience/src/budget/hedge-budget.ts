import { type Clock, checkNumber, type ResolvedOptions, withDefaults } from '@headgate/core'
import { CreditBucket } from './credit-bucket.ts'

export interface HedgeBudgetOptions {
  /** Hedges for each call, in the long run. From 0 to 1. Default 0.05. */
  readonly creditRatio?: number | undefined
  /** The budget can always hold this much. At least 1. Default 10. */
  readonly minCapacity?: number | undefined
  /** And it can hold what the calls of this many seconds bring. At least 0. Default 1. */
  readonly capacitySeconds?: number | undefined
}

export const HEDGE_BUDGET_DEFAULTS: ResolvedOptions<HedgeBudgetOptions> = Object.freeze({
  creditRatio: 0.05,
  minCapacity: 10,
  capacitySeconds: 1,
})

/**
 * Bounds hedges to a share of the calls: whatever happens to latencies, there are never more than
 * `creditRatio` hedges for each call made so far. It begins empty. O(1).
 *
 * Source: Finagle, `BackupRequestFilter` (2018). Explained in docs/algorithms/hedging.md.
 */
export class HedgeBudget {
  readonly #clock: Clock
  readonly #bucket: CreditBucket

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
  constructor(clock: Clock, options: HedgeBudgetOptions = {}) {
    const settings = { ...resolveOptions(options), refillPerSecond: 0, initialCredits: 0 }
    this.#clock = clock
    this.#bucket = new CreditBucket(settings, clock.nowMs())
  }

  /** Hedges that could be sent now; with a fraction. */
  get credits(): number {
    return this.#bucket.creditsAt(this.#clock.nowMs())
  }

  /** The most that `credits` can be now. */
  get capacity(): number {
    return this.#bucket.capacityAt(this.#clock.nowMs())
  }

  /** The first attempt of a call was sent. */
  onCall(): void {
    this.#bucket.deposit(this.#clock.nowMs())
  }

  /** Pays for a hedge. False: there is not enough, do not send it. */
  tryTake(): boolean {
    return this.#bucket.tryTake(this.#clock.nowMs())
  }

  /** A hedge that was paid for was not sent. */
  giveBack(): void {
    this.#bucket.giveBack(this.#clock.nowMs())
  }
}

function resolveOptions(options: HedgeBudgetOptions): ResolvedOptions<HedgeBudgetOptions> {
  const merged = withDefaults(options, HEDGE_BUDGET_DEFAULTS)
  checkNumber('creditRatio', merged.creditRatio, { min: 0, max: 1 })
  checkNumber('minCapacity', merged.minCapacity, { min: 1 })
  checkNumber('capacitySeconds', merged.capacitySeconds, { min: 0 })
  return merged
}
