import type { PlainOptions } from '@headgate/core'
import type { CallCounters } from '../call/call-counters.ts'
import type { Replica } from '../service/replica.ts'
import type { Service } from '../service/service.ts'

/** One upstream, as plain data. */
export interface UpstreamStats {
  readonly origin: string
  /** Attempts that were sent to it. */
  readonly calls: number
  /** `undefined` where there is no limiter. */
  readonly limit: number | undefined
  readonly inFlight: number | undefined
  readonly queued: number | undefined
  /** The share of attempts that is refused here, 0 to 1. */
  readonly throttledRatio: number
  readonly breaker: 'closed' | 'open' | 'half-open' | undefined
  /** How often the breaker has opened, each time that a probe failed included. */
  readonly breakerOpenings: number | undefined
  /** Set aside for its failures. */
  readonly isEjected: boolean
  /** Gets one call at a time, for its slowness. */
  readonly isOnProbation: boolean
}

/** One service: what its retries and hedges have left, and its upstreams. */
export interface ServiceStats {
  readonly retryCredits: number | undefined
  readonly hedgeCredits: number | undefined
  readonly upstreams: readonly UpstreamStats[]
}

/** What happened since the client was made, and how things are now. Plain data. */
export interface ClientStats {
  readonly calls: number
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
  readonly malformed: number
  readonly services: readonly ServiceStats[]
  /** Every option, by its whole name: `retry.attempts`. A policy that is off is `false`. */
  readonly options: PlainOptions
}

/** Of whatever pipeline calls go through. */
export function clientStats(
  { counters, options }: { readonly counters: CallCounters; readonly options: PlainOptions },
  services: readonly Service[],
): ClientStats {
  const { calls, active, succeeded, failed, aborted, retries } = counters
  const { hedges, hedgesWon, refused, overBudget, timeouts, malformed } = counters
  return {
    ...{ calls, active, succeeded, failed, aborted, retries },
    ...{ hedges, hedgesWon, refused, overBudget, timeouts, malformed },
    services: services.map(serviceStats),
    options,
  }
}

function serviceStats(service: Service): ServiceStats {
  return {
    retryCredits: service.budget?.credits,
    hedgeCredits: service.hedge?.credits,
    upstreams: service.replicas.map((replica) => upstreamStats(service, replica)),
  }
}

function upstreamStats({ policies }: Service, replica: Replica): UpstreamStats {
  const limiter = replica.limiter?.snapshot()
  return {
    origin: replica.origin ?? '',
    calls: replica.calls,
    limit: limiter?.limit,
    inFlight: limiter?.inFlight,
    queued: limiter?.queued,
    throttledRatio: replica.throttle?.refusedRatio ?? 0,
    breaker: replica.breaker?.state,
    breakerOpenings: replica.breaker?.openings,
    isEjected: policies.ejection?.isEjected(replica) ?? false,
    isOnProbation: policies.probation?.isOnProbation(replica) ?? false,
  }
}
