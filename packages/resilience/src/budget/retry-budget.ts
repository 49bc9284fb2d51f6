import { type Clock, checkNumber, type ResolvedOptions, withDefaults } from '@headgate/core'
import { CreditBucket } from './credit-bucket.ts'

export interface RetryBudgetOptions {
  /** What a success brings; a retry costs 1. From 0 to 1. Default 0.2. */
  readonly creditRatio?: number | undefined
  /** The budget begins with this much, and can always hold it. At least 1. Default 10. */
  readonly minCapacity?: number | undefined
  /** And it can hold what the successes of this many seconds bring. At least 0. Default 1. */
  readonly capacitySeconds?: number | undefined
  /**
   * What comes in without any success, so that a caller without luck can find out that its luck has
   * turned. At least 0. Default 0.02; many callers with 1 each keep a server down that has recovered.
   */
  readonly refillPerSecond?: number | undefined
}

export const RETRY_BUDGET_DEFAULTS: ResolvedOptions<RetryBudgetOptions> = Object.freeze({
  creditRatio: 0.2,
  minCapacity: 10,
  capacitySeconds: 1,
  refillPerSecond: 0.02,
})

/**
 * Bounds the retries to one target to a share of its successes. Budgets fed by attempts, or by what is
 * in flight, grow with the failures that they should bound. O(1).
 *
 * Sources: Finagle, `RetryBudget` (2016), for the bucket; gRPC proposal A6 (2017) for feeding it by
 * successes. Explained in docs/algorithms/retry-budget.md.
 */
export class RetryBudget {
  readonly #clock: Clock
  readonly #bucket: CreditBucket

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
  constructor(clock: Clock, options: RetryBudgetOptions = {}) {
    const resolved = resolveOptions(options)
    this.#clock = clock
    const settings = { ...resolved, initialCredits: resolved.minCapacity }
    this.#bucket = new CreditBucket(settings, clock.nowMs())
  }

  /** Retries that could be made now; with a fraction. */
  get credits(): number {
    return this.#bucket.creditsAt(this.#clock.nowMs())
  }

  /** The most that `credits` can be now. */
  get capacity(): number {
    return this.#bucket.capacityAt(this.#clock.nowMs())
  }

  /** A call succeeded. Once a call, not once an attempt. */
  onSuccess(): void {
    this.#bucket.deposit(this.#clock.nowMs())
  }

  /** Pays for a retry. False: there is not enough, do not make it. */
  tryTake(): boolean {
    return this.#bucket.tryTake(this.#clock.nowMs())
  }

  /** A retry that was paid for was not sent. */
  giveBack(): void {
    this.#bucket.giveBack(this.#clock.nowMs())
  }
}

function resolveOptions(options: RetryBudgetOptions): ResolvedOptions<RetryBudgetOptions> {
  const merged = withDefaults(options, RETRY_BUDGET_DEFAULTS)
  checkNumber('creditRatio', merged.creditRatio, { min: 0, max: 1 })
  checkNumber('minCapacity', merged.minCapacity, { min: 1 })
  checkNumber('capacitySeconds', merged.capacitySeconds, { min: 0 })
  checkNumber('refillPerSecond', merged.refillPerSecond, { min: 0 })
  return merged
}
