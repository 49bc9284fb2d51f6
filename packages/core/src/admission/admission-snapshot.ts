import type { FairShare } from '../fairness/fair-share.ts'
import type { Limiter } from '../limiter/limiter.ts'
import type { WaitingRoom } from '../queue/waiting-room.ts'
import type { Pressure } from '../shed/pressure.ts'
import { TIERS, type Tier } from '../shed/tier.ts'
import type { RejectReason } from './decision.ts'
import type { DecisionRecord } from './decision-record.ts'
import type { RequestReader } from './request-reader.ts'

/** The state of an admission as plain JSON. */
export interface AdmissionSnapshot {
  readonly limit: number
  readonly inFlight: number
  readonly queued: number
  readonly queuedByTier: Readonly<Record<Tier, number>>
  /** How many could wait now. */
  readonly maxQueued: number
  /** Waiters served per second while there was a backlog; 0 when there has been none. */
  readonly drainPerSecond: number
  /** 0 to 1. */
  readonly pressure: number
  readonly overloaded: boolean
  readonly draining: boolean
  readonly admitted: Readonly<Record<Tier, number>>
  /** By tier; only reasons that occurred. */
  readonly rejected: Readonly<Record<Tier, Readonly<Partial<Record<RejectReason, number>>>>>
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
}

/** Whose state it is. */
export interface AdmissionState {
  readonly limiter: Limiter
  readonly room: WaitingRoom
  readonly share: FairShare
  readonly record: DecisionRecord
  readonly keeper: { readonly maxQueued: number }
  readonly reader: RequestReader
  readonly drainState: { readonly draining: boolean }
  readonly pressure: Pressure
}

export function describeAdmission(state: AdmissionState): AdmissionSnapshot {
  const { limiter, room, share, record, keeper, reader, drainState, pressure } = state
  return {
    limit: limiter.limit.current,
    inFlight: limiter.inFlight,
    queued: room.queued,
    queuedByTier: Object.fromEntries(
      TIERS.map((tier, rank) => [tier, room.lineOf(rank).length]),
    ) as Record<Tier, number>,
    drainPerSecond: room.drainPerMs * 1_000,
    overloaded: record.overloaded,
    admitted: record.counters.admitted,
    rejected: record.counters.rejected,
    malformed: reader.malformed + share.weights.malformed,
    clampedCosts: reader.clampedCosts,
    flows: share.table.active,
    debtors: share.table.debtors,
    limitState: limiter.limit.snapshot(),
    pressure: pressure.level,
    maxQueued: keeper.maxQueued,
    draining: drainState.draining,
  }
}
