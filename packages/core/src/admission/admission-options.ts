import type { ChargeBy } from '../fairness/slot-time.ts'
import type { WeightOf } from '../fairness/tenant-weights.ts'
import {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkKnownOptions,
  checkNumber,
  checkOneOf,
  definedOptions,
} from '../option/check-option.ts'
import { InvalidOptionError } from '../option/invalid-option-error.ts'
import { type PoolOptions, resolvePools } from '../pool/pool-options.ts'
import { type RateOptions, type ResolvedRates, resolveRates } from '../rate/rate-gate.ts'
import {
  SHED_AT_DEFAULTS,
  type ShedAt,
  type Shedding,
  type ShedThresholds,
} from '../shed/tier-gate.ts'

/** Who is served first: the longest waiting, the newest, or whichever the state of the queue asks for. */
export type QueueOrder = 'auto' | 'fifo' | 'lifo'

export interface QueueOptions {
  /**
   * Most waiters at a time. Integer from 1 to 1,000,000. Default: four times the limit, within 64 and
   * 10,000, and at least what the event loop and the permits get through in `maxWaitMs`.
   */
  readonly maxQueued?: number | undefined
  /** Longest wait in milliseconds. From 1 to 60,000. Default 100. */
  readonly maxWaitMs?: number | undefined
  /** Most waiters of one tenant. Integer from 1. Default: a quarter of `maxQueued`, and at least 8. */
  readonly maxQueuedPerTenant?: number | undefined
  /** Default `auto`: oldest first, and newest first for what is stale in a standing queue. */
  readonly order?: QueueOrder | undefined
  /**
   * Whether a flow that stands lets go of waiters whose turn comes after more than twice its target, the
   * time of two departures (5 to 50 ms). For `order: 'fifo'`; `auto` needs it not. Default false.
   */
  readonly codel?: boolean | undefined
}

/** How tenants share. They are told apart by `tenant` of a request. */
export interface TenantOptions {
  /** Most of the limit that one tenant may have in flight. Above 0, up to 1. Default 0.5. */
  readonly maxInFlightRatio?: number | undefined
  /** A tenant's share among those who wait, from 0.1 to 100. Default 1 for each. */
  readonly weight?: WeightOf | undefined
  /** What a request is charged by. Default `slot-time`: its cost times how long it holds its permits. */
  readonly chargeBy?: ChargeBy | undefined
}

export interface AdmissionOptions {
  /** `false`: no waiting, a request is admitted now or refused. */
  readonly queue?: QueueOptions | false | undefined
  readonly shedAt?: ShedAt | undefined
  /** How a tier's share of the room is kept. Default `threshold`: above it, everybody is shed. */
  readonly shedding?: Shedding | undefined
  readonly tenants?: TenantOptions | undefined
  /** Most permits that one request may take. Integer from 1. Default 0.15 of the limit, and at least 1. */
  readonly maxCost?: number | undefined
  /**
   * Capacity set apart for classes of work: each pool has a waiting room and turns of its own under the
   * one limit. Requests name theirs by `pool`; the pool `default` is always there. Default: that alone.
   * Names are for good; shares, weights and limits may change.
   */
  readonly pools?: Readonly<Record<string, PoolOptions>> | undefined
  /** How many requests may come; one rate, or one for each tenant and one for all. Default none. */
  readonly rate?: RateOptions | readonly RateOptions[] | undefined
}

export interface ResolvedQueue {
  /** `undefined`: derived from the limit. */
  readonly maxQueued: number | undefined
  readonly maxWaitMs: number
  /** `undefined`: derived from the room. */
  readonly maxQueuedPerTenant: number | undefined
  readonly order: QueueOrder
  readonly codel: boolean
}

export interface ResolvedTenants {
  readonly maxInFlightRatio: number
  readonly weight: WeightOf | undefined
  readonly chargeBy: ChargeBy
}

export interface ResolvedAdmissionOptions {
  readonly queue: ResolvedQueue | undefined
  readonly shedAt: ShedThresholds
  readonly shedding: Shedding
  readonly tenants: ResolvedTenants
  /** `undefined`: derived from the limit. */
  readonly maxCost: number | undefined
  readonly rates: ResolvedRates | undefined
}

export const QUEUE_DEFAULTS: ResolvedQueue = Object.freeze({
  maxQueued: undefined,
  maxWaitMs: 100,
  order: 'auto',
  maxQueuedPerTenant: undefined,
  codel: false,
})

export const TENANT_DEFAULTS: ResolvedTenants = Object.freeze({
  maxInFlightRatio: 0.5,
  weight: undefined,
  chargeBy: 'slot-time',
})

/** The names that `resolveAdmissionOptions` knows, for hosts that take them among their own. */
export const ADMISSION_OPTION_NAMES: readonly (keyof AdmissionOptions)[] = Object.freeze([
  'queue',
  'shedAt',
  'shedding',
  'tenants',
  'maxCost',
  'pools',
  'rate',
] as const)

/** @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range. */
export function resolveAdmissionOptions(options: AdmissionOptions): ResolvedAdmissionOptions {
  checkKnownOptions('options', options, ADMISSION_OPTION_NAMES)
  const { shedding = 'threshold', maxCost } = options
  checkOneOf('shedding', shedding, ['threshold', 'random', 'depth-squared'])
  if (maxCost !== undefined) checkInteger('maxCost', maxCost, { min: 1, max: 1_000_000 })
  if (options.pools !== undefined) resolvePools(options.pools)
  return {
    queue: resolveQueue(options.queue),
    shedAt: resolveShedAt(options.shedAt),
    shedding,
    tenants: resolveTenants(options.tenants),
    maxCost,
    rates: resolveRates(options.rate),
  }
}

function resolveQueue(queue: QueueOptions | false | undefined): ResolvedQueue | undefined {
  if (queue === false) return undefined
  if (queue === undefined) return QUEUE_DEFAULTS
  checkKnownOptions('queue', queue, Object.keys(QUEUE_DEFAULTS))
  const { maxQueued, maxWaitMs, maxQueuedPerTenant, order, codel } = {
    ...QUEUE_DEFAULTS,
    ...definedOptions(queue),
  }
  if (maxQueued !== undefined)
    checkInteger('queue.maxQueued', maxQueued, { min: 1, max: 1_000_000 })
  checkNumber('queue.maxWaitMs', maxWaitMs, { min: 1, max: 60_000 })
  if (maxQueuedPerTenant !== undefined)
    checkInteger('queue.maxQueuedPerTenant', maxQueuedPerTenant, { min: 1, max: 1_000_000 })
  checkOneOf('queue.order', order, ['auto', 'fifo', 'lifo'])
  checkBoolean('queue.codel', codel)
  return { maxQueued, maxWaitMs, maxQueuedPerTenant, order, codel }
}

function resolveTenants(tenants: TenantOptions = {}): ResolvedTenants {
  checkKnownOptions('tenants', tenants, Object.keys(TENANT_DEFAULTS))
  const { maxInFlightRatio, weight, chargeBy } = {
    ...TENANT_DEFAULTS,
    ...definedOptions(tenants),
  }
  checkNumber('tenants.maxInFlightRatio', maxInFlightRatio, { above: 0, max: 1 })
  if (weight !== undefined) checkFunction('tenants.weight', weight)
  checkOneOf('tenants.chargeBy', chargeBy, ['slot-time', 'cost'])
  return { maxInFlightRatio, weight, chargeBy }
}

function resolveShedAt(shedAt: ShedAt = {}): ShedThresholds {
  if (shedAt !== null && typeof shedAt === 'object' && 'critical' in shedAt) {
    throw new InvalidOptionError('shedAt', 'without critical, which is never shed', shedAt.critical)
  }
  checkKnownOptions('shedAt', shedAt, Object.keys(SHED_AT_DEFAULTS))
  // A tier is never shed later than the one above it, so a lower threshold above lowers the defaults below.
  const { important = SHED_AT_DEFAULTS.important } = shedAt
  checkNumber('shedAt.important', important, { above: 0, max: 1 })
  const { optional = Math.min(SHED_AT_DEFAULTS.optional, important) } = shedAt
  checkNumber('shedAt.optional', optional, { above: 0, max: important })
  const { opportunistic = Math.min(SHED_AT_DEFAULTS.opportunistic, optional) } = shedAt
  checkNumber('shedAt.opportunistic', opportunistic, { above: 0, max: optional })
  return { important, optional, opportunistic }
}
