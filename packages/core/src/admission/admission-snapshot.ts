import type { Limiter } from '../limiter/limiter.ts'
import type { PlainOptions } from '../option/plain-options.ts'
import type { Pressure } from '../shed/pressure.ts'
import { TIERS, type Tier } from '../shed/tier.ts'
import { REJECT_REASONS, type RejectReason } from './decision.ts'
import type { Lane } from './lane.ts'
import type { Lanes } from './lanes.ts'
import type { RequestReader } from './request-reader.ts'

type CountByTier = Readonly<Record<Tier, number>>
/** By tier; only reasons that occurred. */
type RejectedByTier = Readonly<Record<Tier, Readonly<Partial<Record<RejectReason, number>>>>>

/** The state of one pool as plain JSON. */
export interface PoolSnapshot {
  readonly inFlight: number
  readonly queued: number
  /** It may always have so many permits in flight, at the limit of now. */
  readonly least: number
  /** It may never have more; its own limit, if it has one, included. */
  readonly most: number
  /** How many of its requests could wait now. */
  readonly maxQueued: number
  /** Its waiters served per second while there was a backlog; 0 when there has been none. */
  readonly drainPerSecond: number
  readonly admitted: CountByTier
  readonly rejected: RejectedByTier
}

/** The state of an admission as plain JSON. */
export interface AdmissionSnapshot {
  readonly limit: number
  readonly inFlight: number
  readonly queued: number
  readonly queuedByTier: CountByTier
  /** How many could wait now. */
  readonly maxQueued: number
  /** Waiters served per second while there was a backlog; 0 when there has been none. */
  readonly drainPerSecond: number
  /** 0 to 1. */
  readonly pressure: number
  readonly overloaded: boolean
  readonly draining: boolean
  readonly admitted: CountByTier
  readonly rejected: RejectedByTier
  /** By name; `default` alone without the option. */
  readonly pools: Readonly<Record<string, PoolSnapshot>>
  /** Requests with something that made no sense, and counted as the default; weights of tenants too. */
  readonly malformed: number
  /** Requests that asked for more permits than one may take. */
  readonly clampedCosts: number
  /** Flows with a request that waits or runs. */
  readonly flows: number
  /** Flows that have nothing, and are remembered because they have used more than their share. */
  readonly debtors: number
  /** The limit's own account of its state. */
  readonly limitState: Readonly<Record<string, number | string | boolean>>
  /** Every option as it is now, by its whole name: `queue.maxWaitMs`. */
  readonly options: PlainOptions
}

/** Whose state it is. */
export interface AdmissionState {
  readonly limiter: Limiter
  readonly lanes: Lanes
  readonly reader: RequestReader
  readonly drainState: { readonly draining: boolean }
  readonly pressure: Pressure
}

export function describeAdmission(state: AdmissionState): AdmissionSnapshot {
  const { limiter, lanes, reader, drainState, pressure } = state
  const sum = (count: (lane: Lane) => number): number =>
    lanes.all.reduce((total, lane) => total + count(lane), 0)
  return {
    limit: limiter.limit.current,
    inFlight: limiter.inFlight,
    queued: lanes.queued,
    queuedByTier: byTier((_tier, rank) => sum(({ room }) => room.lineOf(rank).length)),
    drainPerSecond: sum(({ room }) => room.drainPerMs * 1_000),
    overloaded: lanes.all.some(({ record }) => record.overloaded),
    admitted: byTier((tier) => sum(({ record }) => record.counters.admitted[tier])),
    rejected: byTier((tier) =>
      sumReasons(lanes.all.map(({ record }) => record.counters.rejected[tier])),
    ),
    pools: Object.fromEntries(lanes.all.map((lane) => [lanes.nameOf(lane), describeLane(lane)])),
    malformed: reader.malformed + lanes.pools.unknown + sum(({ share }) => share.weights.malformed),
    clampedCosts: reader.clampedCosts,
    flows: sum(({ share }) => share.table.active),
    debtors: sum(({ share }) => share.table.debtors),
    limitState: limiter.limit.snapshot(),
    options: lanes.options,
    pressure: pressure.level,
    maxQueued: lanes.maxQueued,
    draining: drainState.draining,
  }
}

function describeLane({ limiter, room, keeper, record }: Lane): PoolSnapshot {
  return {
    inFlight: limiter.inFlight,
    queued: room.queued,
    least: limiter.least,
    most: limiter.most,
    maxQueued: keeper.maxQueued,
    drainPerSecond: room.drainPerMs * 1_000,
    admitted: record.counters.admitted,
    rejected: record.counters.rejected,
  }
}

function byTier<Value>(countOf: (tier: Tier, rank: number) => Value): Record<Tier, Value> {
  return Object.fromEntries(TIERS.map((tier, rank) => [tier, countOf(tier, rank)])) as Record<
    Tier,
    Value
  >
}

function sumReasons(
  all: readonly Partial<Record<RejectReason, number>>[],
): Partial<Record<RejectReason, number>> {
  const total: Partial<Record<RejectReason, number>> = {}
  for (const reason of REJECT_REASONS) {
    const count = all.reduce((sum, counts) => sum + (counts[reason] ?? 0), 0)
    if (count > 0) total[reason] = count
  }
  return total
}
