import type { Limiter } from '../limiter/limiter.ts'
import type { WaitingRoom } from '../queue/waiting-room.ts'
import { TIERS, type Tier } from '../shed/tier.ts'
import type { RejectReason } from './decision.ts'
import type { DecisionRecord } from './decision-record.ts'

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
  /** Requests with a tier or a deadline that made no sense, and counted as the default. */
  readonly malformed: number
  /** The limit's own account of its state. */
  readonly limitState: Readonly<Record<string, number | string | boolean>>
}

interface AdmissionState {
  readonly limiter: Limiter
  readonly room: WaitingRoom
  readonly record: DecisionRecord
  readonly pressure: number
  readonly maxQueued: number
  readonly draining: boolean
  readonly malformed: number
}

export function describeAdmission(state: AdmissionState): AdmissionSnapshot {
  const { limiter, room, record, ...rest } = state
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
    limitState: limiter.limit.snapshot(),
    ...rest,
  }
}
