import type { Tier } from '@headgate/core'
import type { LoadPhase } from '../arrivals/poisson-source.ts'
import type { Distribution } from '../random/distribution.ts'
import type { RetryPolicy } from './retry-policy.ts'
import type { TenantKey } from './tenant-key.ts'

/** Requests come whatever becomes of those before: many independent people. */
export interface OpenLoad {
  readonly kind: 'open'
  readonly phases: readonly LoadPhase[]
}

/** A number of clients that wait for an answer, think, and ask again. */
export interface ClosedLoad {
  readonly kind: 'closed'
  readonly clients: number
  /** From an answer to the next request; 0 keeps every client asking all the time. Milliseconds. */
  readonly think: Distribution
}

/** A named part of the load: whose requests they are, what they need, and how their clients behave. */
export interface Population {
  readonly name: string
  readonly load: OpenLoad | ClosedLoad
  /** How long a request holds its permit when nothing stands in its way, in milliseconds. */
  readonly work: Distribution
  /** How long it then waits for something else, its permit in hand, in milliseconds. Default 0. */
  readonly waitMs?: number
  /** Whose they are, as the server knows for sure. Default: nobody's. */
  readonly tenant?: TenantKey
  /** Who they say they are, where nobody can tell. */
  readonly anonymous?: TenantKey
  /** The route. */
  readonly flow?: string
  /** Which pool its requests are of. */
  readonly pool?: string
  readonly tier?: Tier
  readonly cost?: number
  /** What clients tell the server of how long an answer is of use, in milliseconds. Default: nothing. */
  readonly deadlineMs?: number
  /** How long clients wait for an answer before they leave, in milliseconds. Default: for ever. */
  readonly patienceMs?: number
  /** Whether the server learns that a client has left. Default true. */
  readonly isLeavingSeen?: boolean
  /** Default: they do not ask again. */
  readonly retry?: RetryPolicy
}

/** `perSecond` all the time. */
export function steadyRate(perSecond: number): OpenLoad {
  return { kind: 'open', phases: [{ fromMs: 0, perSecond }] }
}

/** `perSecond`, but `burstPerSecond` from `fromMs` to `toMs`. */
export function burstRate(
  perSecond: number,
  burst: { readonly perSecond: number; readonly fromMs: number; readonly toMs: number },
): OpenLoad {
  return {
    kind: 'open',
    phases: [
      { fromMs: 0, perSecond },
      { fromMs: burst.fromMs, perSecond: burst.perSecond },
      { fromMs: burst.toMs, perSecond },
    ],
  }
}
