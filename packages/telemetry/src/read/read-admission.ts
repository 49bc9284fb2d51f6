import {
  type AdmissionEvent,
  type AdmissionSnapshot,
  type DurationRecorder,
  type PlainOptions,
  type PoolSnapshot,
  REJECT_REASONS,
  type ShadowSnapshot,
  type Tier,
} from '@headgate/core'
import { readOptions, readRouteOptions } from './read-options.ts'
import { type Reading, Readings } from './reading.ts'

/** What an admission shows; what only a host knows may be missing. */
export interface AdmissionState extends AdmissionSnapshot {
  readonly mode?: string | undefined
  readonly shadow?: ShadowSnapshot | undefined
  readonly errors?: number | undefined
  readonly listeners?:
    | Readonly<Record<string, { readonly dropped: number; readonly errors: number }>>
    | undefined
  readonly routes?: Readonly<Record<string, PlainOptions>> | undefined
  readonly untoldRoutes?: number | undefined
  readonly abandoned?: number | undefined
  readonly overdue?: number | undefined
  readonly detached?: number | undefined
  readonly cutOff?: number | undefined
  readonly readiness?: string | undefined
  readonly coalesced?: CoalescedState | undefined
}

/** What became of the requests of routes that coalesce: counts, and counts by reason. */
export interface CoalescedState {
  readonly waiting: number
  readonly bypassed: Readonly<Record<string, number>>
  readonly unshareable: Readonly<Record<string, number>>
}

/** What an admission tells: the core's events, and what of its host is of no interest here. */
export type ObservedEvent = AdmissionEvent | { readonly type: 'error' }

/** An admission, by what is needed of it. `@headgate/node`'s is one; tell apart by `subscribe`. */
export interface ObservedAdmission {
  readonly poolNames: readonly string[]
  snapshot(): AdmissionState
  recordDurations(recorder: DurationRecorder): () => void
  subscribe(
    listener: (event: ObservedEvent) => void,
    only?: readonly AdmissionEvent['type'][],
    options?: { readonly name?: string; readonly maxTimeRatio?: number },
  ): () => void
}

const MODES = ['enforce', 'shadow', 'off']
const READINESS = ['waiting', 'warming', 'ready', 'leaving', 'draining']
/** A limit of the user's own may say anything of itself. */
const MAX_INPUTS = 32

export function readAdmission(state: AdmissionState): readonly Reading[] {
  const readings = new Readings()
  readings.add('limit', state.limit)
  readings.add('limit_floor', numberOrNone(state.limitState.minLimit))
  for (const [pool, own] of Object.entries(state.pools)) readPool(readings, pool, own)
  for (const [tier, count] of Object.entries(state.queuedByTier)) {
    readings.add('queued_by_tier', count, { tier })
  }
  readings.add('pressure_ratio', state.pressure)
  readings.add('overloaded', state.overloaded)
  readings.add('draining', state.draining)
  if (state.mode !== undefined) readings.addState('mode', 'mode', { is: state.mode, of: MODES })
  readings.add('flows', state.flows)
  readings.add('debtors', state.debtors)
  readings.add('malformed_total', state.malformed)
  readings.add('clamped_costs_total', state.clampedCosts)
  readings.add('errors_total', state.errors)
  for (const [listener, { dropped, errors }] of Object.entries(state.listeners ?? {})) {
    readings.add('listener_dropped_total', dropped, { listener })
    readings.add('listener_errors_total', errors, { listener })
  }
  readings.add('abandoned', state.abandoned)
  readings.add('overdue_total', state.overdue)
  readings.add('detached_total', state.detached)
  readings.add('cut_off_total', state.cutOff)
  if (state.readiness !== undefined) {
    readings.addState('readiness', 'state', { is: state.readiness, of: READINESS })
  }
  if (state.coalesced !== undefined) readCoalesced(readings, state.coalesced)
  readLimitState(readings, state.limitState)
  if (state.shadow !== undefined) readShadow(readings, state.shadow)
  readOptions(readings, '', state.options)
  readRouteOptions(readings, state.routes)
  readings.add('telemetry_dropped_total', state.untoldRoutes, { what: 'routes' })
  return readings.all
}

function readPool(readings: Readings, pool: string, own: PoolSnapshot): void {
  readings.add('in_flight', own.inFlight, { pool })
  readings.add('queued', own.queued, { pool })
  readings.add('queue_places', own.maxQueued, { pool })
  readings.add('queue_drain_per_second', own.drainPerSecond, { pool })
  readings.add('pool_least', own.least, { pool })
  readings.add('pool_most', own.most, { pool })
  for (const tier of Object.keys(own.admitted) as Tier[]) {
    const admitted = { tier, pool, outcome: 'admitted', reason: '' }
    readings.add('requests_total', own.admitted[tier], admitted)
    // Reasons that have not occurred too: the first increase of a series that was not there is lost to `rate`.
    for (const reason of REJECT_REASONS) {
      const count = own.rejected[tier][reason] ?? 0
      readings.add('requests_total', count, { tier, pool, outcome: 'rejected', reason })
    }
  }
}

function readLimitState(readings: Readings, limitState: AdmissionSnapshot['limitState']): void {
  const entries = Object.entries(limitState).slice(0, MAX_INPUTS)
  for (const [input, value] of entries) {
    if (typeof value !== 'string') readings.add('limit_input', value, { input })
  }
  const { algorithm = '', reason = '' } = limitState
  readings.add('limit_info', 1, { algorithm: String(algorithm), reason: String(reason) })
}

function readShadow(readings: Readings, { inFlight, requests }: ShadowSnapshot): void {
  readings.add('shadow_in_flight', inFlight)
  for (const [pool, byTier] of Object.entries(requests)) {
    for (const [tier, byAnswer] of Object.entries(byTier)) {
      for (const [would, outcomes] of Object.entries(byAnswer)) {
        for (const [outcome, count] of Object.entries(outcomes)) {
          readings.add('shadow_requests_total', count, { tier, pool, would, outcome })
        }
      }
    }
  }
}

function readCoalesced(readings: Readings, state: CoalescedState): void {
  const { waiting, bypassed, unshareable, ...counts } = state
  readings.add('coalesced_waiting', waiting)
  for (const [what, count] of Object.entries(counts as Record<string, number>)) {
    readings.add('coalesced_total', count, { what })
  }
  for (const [reason, count] of Object.entries(bypassed)) {
    readings.add('coalesce_bypassed_total', count, { reason })
  }
  for (const [reason, count] of Object.entries(unshareable)) {
    readings.add('coalesce_unshareable_total', count, { reason })
  }
}

function numberOrNone(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}
