import { checkKnownOptions } from '../option/check-option.ts'
import type { Clock } from '../time/clock.ts'
import type { BucketOptions } from './bucket-options.ts'
import { TenantBuckets, type TenantBucketsOptions } from './tenant-buckets.ts'
import { TokenBucket } from './token-bucket.ts'
import { NEVER_MS } from './token-rule.ts'

export interface RateKeeperOptions {
  /** The rate of each tenant that has a name. Default none. */
  readonly tenant?: TenantBucketsOptions | undefined
  /** The rate of all together. Default none. */
  readonly all?: BucketOptions | undefined
}

/** No tokens, and whose are used up. */
export interface RateRefusal {
  readonly reason: 'tenant-rate' | 'rate'
  /** Until it would succeed if nobody else came; infinite for more than a burst. Not jittered. */
  readonly waitMs: number
}

/**
 * The rate of each tenant and the rate of all, joined: both give or neither does. The tenant's own is
 * asked first, so that a tenant above its rate uses up nothing of the others'. Everything is O(1).
 */
export class RateKeeper {
  readonly #tenants: TenantBuckets | undefined
  readonly #all: TokenBucket | undefined

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range. */
  constructor(clock: Clock, options: RateKeeperOptions) {
    checkKnownOptions('rate', options, ['tenant', 'all'])
    const { tenant, all } = options
    this.#tenants = tenant === undefined ? undefined : new TenantBuckets(clock, tenant)
    this.#all = all === undefined ? undefined : new TokenBucket(clock, all)
  }

  /** Takes now and returns undefined, or takes nothing and says whose rate is used up. `tenant` undefined: nobody named. */
  tryTake(tenant: string | undefined, cost = 1): RateRefusal | undefined {
    const tenantMs = tenant === undefined ? 0 : (this.#tenants?.tryTake(tenant, cost) ?? 0)
    if (tenantMs > 0) return { reason: 'tenant-rate', waitMs: tenantMs }
    const allMs = this.#all?.tryTake(cost) ?? 0
    if (allMs === 0) return undefined
    if (tenant !== undefined) this.#tenants?.giveBack(tenant, cost)
    return { reason: 'rate', waitMs: allMs }
  }

  /** Takes, and returns how many milliseconds the taker has to wait; a refusal when that is too long. */
  reserve(tenant: string | undefined, cost = 1): number | RateRefusal {
    const tenantMs = this.#reserveOf(tenant, cost)
    if (tenantMs === undefined)
      return { reason: 'tenant-rate', waitMs: this.#waitMsOf(tenant, cost) }
    const allMs = this.#all === undefined ? 0 : this.#all.reserve(cost)
    if (allMs !== undefined) return Math.max(tenantMs, allMs)
    if (tenant !== undefined) this.#tenants?.giveBack(tenant, cost)
    return { reason: 'rate', waitMs: this.#all?.waitMs(cost) ?? NEVER_MS }
  }

  /** Puts back what was taken for a request that was then refused. Once for each taking. */
  giveBack(tenant: string | undefined, cost = 1): void {
    if (tenant !== undefined) this.#tenants?.giveBack(tenant, cost)
    this.#all?.giveBack(cost)
  }

  /** Keys kept for tenants, and how often a newcomer found no place for its own. */
  snapshot(): { readonly keys: number; readonly crowded: number } {
    return { keys: 0, crowded: 0, ...this.#tenants?.snapshot() }
  }

  #reserveOf(tenant: string | undefined, cost: number): number | undefined {
    if (tenant === undefined || this.#tenants === undefined) return 0
    return this.#tenants.reserve(tenant, cost)
  }

  #waitMsOf(tenant: string | undefined, cost: number): number {
    return tenant === undefined ? NEVER_MS : (this.#tenants?.waitMs(tenant, cost) ?? NEVER_MS)
  }
}
