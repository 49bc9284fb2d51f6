import type { IncomingHttpHeaders } from 'node:http'
import { TIERS, type Tier } from '@headgate/core'
import type { AskingRequest } from '../http/asking-request.ts'
import type { ResolvedHeaderNames } from './header-names.ts'
import {
  type Attempt,
  type AttemptKind,
  attemptOf,
  deadlineMsOf,
  grpcTimeoutMsOf,
  tenantOf,
  tierOf,
} from './peer-values.ts'

/** What a trusted peer says of a request that it sends on. */
export interface PeerSaying {
  readonly deadlineMs: number | undefined
  readonly tier: Tier | undefined
  readonly tenant: string | undefined
  readonly attempt: Attempt | undefined
}

/** Whom names that make no sense are of, together: nobody gets out of its own share by garbling its name. */
export const MALFORMED_TENANT = '(malformed)'

/**
 * Reads the headers of a trusted peer. One that makes no sense is as good as not there, and counted. Of one
 * that comes more than once, counted as well, the value holds that gives its sender the least: whoever can
 * put a header before the peer's own must gain nothing by it.
 */
export class PeerHeaders {
  readonly #names: ResolvedHeaderNames
  readonly #onMalformed: () => void

  constructor(names: ResolvedHeaderNames, onMalformed: () => void) {
    this.#names = names
    this.#onMalformed = onMalformed
  }

  read(headers: IncomingHttpHeaders): PeerSaying {
    const { deadline, grpcTimeout, tier, tenant, attempt } = this.#names
    const fromDeadline = this.#least(headers, deadline, { of: deadlineMsOf, less: smaller })
    const fromGrpc = this.#least(headers, grpcTimeout, { of: grpcTimeoutMsOf, less: smaller })
    return {
      deadlineMs: smallest(fromDeadline, fromGrpc),
      tier: this.#least(headers, tier, { of: tierOf, less: lessImportant }),
      tenant: this.#tenant(headers, tenant),
      attempt: this.#least(headers, attempt, { of: attemptOf, less: lessUrgent }),
    }
  }

  /** No value is the least of several names: all that are garbled are one tenant's. */
  #tenant(headers: IncomingHttpHeaders, name: string | undefined): string | undefined {
    const value = headerOf(headers, name)
    if (value === undefined) return undefined
    const tenant = typeof value === 'string' ? tenantOf(value) : undefined
    if (tenant !== undefined && tenant !== MALFORMED_TENANT) return tenant
    this.#onMalformed()
    return MALFORMED_TENANT
  }

  #least<Value>(
    headers: IncomingHttpHeaders,
    name: string | undefined,
    kind: { of(text: string): Value | undefined; less(one: Value, other: Value): Value },
  ): Value | undefined {
    const value = headerOf(headers, name)
    if (value === undefined) return undefined
    const only = typeof value === 'string' ? kind.of(value) : undefined
    if (only !== undefined) return only
    this.#onMalformed()
    // As many as fit into a head, which Node bounds (16 KiB).
    let least: Value | undefined
    for (const part of String(value).split(',')) {
      const next = kind.of(part.trim())
      if (next !== undefined) least = least === undefined ? next : kind.less(least, next)
    }
    return least
  }
}

/**
 * What is asked for a request, with what its peer says of it. A route or an option that names a tier is the
 * most that the tier may be, and a deadline the longest; the tenant of the first request goes before the
 * name that the peer itself would have.
 */
export function withPeer(known: AskingRequest, said: PeerSaying): AskingRequest {
  const statedTier = lowest(known.tier, said.tier)
  const { number: attempt = 1, kind = 'first' } = said.attempt ?? {}
  const asked = {
    ...known,
    tier: kind === 'first' ? statedTier : tierOfAttempt(statedTier, kind),
    tenant: tenantWith(known.tenant, said.tenant),
    deadlineMs: deadlineWith(known.deadlineMs, said.deadlineMs),
    attempt,
  }
  return kind === 'first' ? asked : { ...asked, statedTier: statedTier ?? 'important' }
}

/** A hedge is the first to go, whatever it is for; then retries, each before a first attempt of its tier. */
function tierOfAttempt(tier: Tier = 'important', kind: AttemptKind): Tier {
  const rank = kind === 'hedge' ? TIERS.length - 1 : TIERS.indexOf(tier) + 1
  return TIERS[Math.min(rank, TIERS.length - 1)] as Tier
}

function tenantWith(known: string | undefined, said: string | undefined): string | undefined {
  if (said === undefined) return known
  return said === MALFORMED_TENANT ? (known ?? said) : said
}

/** What the user's function answered may be no number: the core tells of that. */
function deadlineWith(known: number | undefined, said: number | undefined): number | undefined {
  if (said === undefined) return known
  return typeof known === 'number' && known < said ? known : said
}

/** A tier that the user's function answered and that is none stays: the core tells of it. */
function lowest(known: Tier | undefined, said: Tier | undefined): Tier | undefined {
  if (said === undefined || (known !== undefined && !TIERS.includes(known))) return known
  return known === undefined ? said : lessImportant(known, said)
}

function headerOf(headers: IncomingHttpHeaders, name: string | undefined): unknown {
  return name === undefined ? undefined : headers[name]
}

function smaller(one: number, other: number): number {
  return Math.min(one, other)
}

function smallest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other)
}

function lessImportant(one: Tier, other: Tier): Tier {
  return TIERS.indexOf(one) >= TIERS.indexOf(other) ? one : other
}

const URGENCY: readonly AttemptKind[] = ['hedge', 'retry', 'first']

function lessUrgent(one: Attempt, other: Attempt): Attempt {
  return URGENCY.indexOf(one.kind) <= URGENCY.indexOf(other.kind) ? one : other
}
