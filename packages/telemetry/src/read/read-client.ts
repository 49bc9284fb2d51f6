import type { PlainOptions } from '@headgate/core'
import { readOptions } from './read-options.ts'
import { type Reading, Readings } from './reading.ts'

/** One upstream of a client. */
export interface UpstreamState {
  readonly origin: string
  readonly calls: number
  readonly limit?: number | undefined
  readonly inFlight?: number | undefined
  readonly queued?: number | undefined
  readonly throttledRatio: number
  readonly breaker?: string | undefined
  readonly breakerOpenings?: number | undefined
  readonly isEjected: boolean
  readonly isOnProbation: boolean
}

/** What a client shows: `@headgate/client`'s `stats()` is it. */
export interface ClientState {
  readonly active: number
  readonly succeeded: number
  readonly failed: number
  readonly aborted: number
  readonly retries: number
  readonly hedges: number
  readonly hedgesWon: number
  readonly refused: number
  readonly overBudget: number
  readonly timeouts: number
  readonly malformed?: number | undefined
  readonly options?: PlainOptions | undefined
  readonly services: readonly {
    readonly retryCredits?: number | undefined
    readonly hedgeCredits?: number | undefined
    readonly upstreams: readonly UpstreamState[]
  }[]
}

/** A client, by what is needed of it. */
export interface ObservedClient {
  stats(): ClientState
}

/** A client that calls wherever its caller says may have any number of upstreams; metrics have not. */
export const MAX_UPSTREAMS = 100

const BREAKER_STATES = ['closed', 'open', 'half-open']

export function readClient(state: ClientState): readonly Reading[] {
  const readings = new Readings()
  for (const outcome of ['succeeded', 'failed', 'aborted'] as const) {
    readings.add('client_calls_total', state[outcome], { outcome })
  }
  readings.add('client_active', state.active)
  readings.add('client_retries_total', state.retries)
  readings.add('client_hedges_total', state.hedges)
  readings.add('client_hedges_won_total', state.hedgesWon)
  readings.add('client_refused_total', state.refused)
  readings.add('client_over_budget_total', state.overBudget)
  readings.add('client_timeouts_total', state.timeouts)
  readings.add('client_malformed_total', state.malformed)
  readOptions(readings, 'client_', state.options)
  const seen = new Set<string>()
  for (const { retryCredits, hedgeCredits, upstreams } of state.services) {
    const service = upstreams[0]?.origin ?? ''
    if (seen.has(service) || seen.size >= MAX_UPSTREAMS) continue
    readings.add('client_retry_credits', retryCredits, { service })
    readings.add('client_hedge_credits', hedgeCredits, { service })
    for (const upstream of upstreams) {
      if (seen.has(upstream.origin) || seen.size >= MAX_UPSTREAMS) continue
      seen.add(upstream.origin)
      readUpstream(readings, upstream)
    }
  }
  return readings.all
}

/** How many upstreams are told of nowhere. */
export function untoldUpstreams({ services }: ClientState): number {
  const origins = new Set(
    services.flatMap(({ upstreams }) => upstreams.map(({ origin }) => origin)),
  )
  return Math.max(0, origins.size - MAX_UPSTREAMS)
}

function readUpstream(readings: Readings, state: UpstreamState): void {
  const upstream = { upstream: state.origin }
  readings.add('client_attempts_total', state.calls, upstream)
  readings.add('client_limit', state.limit, upstream)
  readings.add('client_in_flight', state.inFlight, upstream)
  readings.add('client_queued', state.queued, upstream)
  readings.add('client_throttled_ratio', state.throttledRatio, upstream)
  readings.add('client_breaker_opened_total', state.breakerOpenings, upstream)
  readings.add('client_ejected', state.isEjected, upstream)
  readings.add('client_on_probation', state.isOnProbation, upstream)
  if (state.breaker === undefined) return
  const breaker = { is: state.breaker, of: BREAKER_STATES, labels: upstream }
  readings.addState('client_breaker', 'state', breaker)
}
