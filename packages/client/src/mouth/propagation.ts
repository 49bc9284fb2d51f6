import { randomUUID } from 'node:crypto'
import { checkBoolean, checkKnownOptions, definedOptions, InvalidOptionError } from '@headgate/core'
import type { AttemptKind } from '../call/attempt.ts'
import type { CallTerms } from '../call/call-terms.ts'
import { AllowedOrigins } from './allowed-origins.ts'

/** Names of the headers that calls carry, in lower case. */
export interface PropagatedNames {
  /** Default `x-request-deadline-ms`. */
  readonly deadline?: string | undefined
  /** Default `x-request-attempt`. */
  readonly attempt?: string | undefined
  /** Default `x-request-tier`. */
  readonly tier?: string | undefined
  /** Default `x-tenant-id`. */
  readonly tenant?: string | undefined
  /** Default `x-request-id`. */
  readonly requestId?: string | undefined
}

export interface PropagateOptions {
  /**
   * Who is told everything: origins such as `https://api.example.com`, or `http://*.internal:*`. Default
   * none: the client's own upstreams are told the deadline and the number of the attempt, and nothing else.
   */
  readonly origins?: readonly string[] | undefined
  /** Default true. */
  readonly deadline?: boolean | undefined
  /** Default true. */
  readonly attempt?: boolean | undefined
  /** Default true. */
  readonly tier?: boolean | undefined
  /** Default true. */
  readonly tenant?: boolean | undefined
  /** Default true. */
  readonly requestId?: boolean | undefined
  readonly headers?: PropagatedNames | undefined
}

const NAMES = Object.freeze({
  deadline: 'x-request-deadline-ms',
  attempt: 'x-request-attempt',
  tier: 'x-request-tier',
  tenant: 'x-tenant-id',
  requestId: 'x-request-id',
})

/** What is told to those who are told everything. */
export const TOLD_DEFAULTS: Readonly<Record<Fact, boolean>> = Object.freeze({
  deadline: true,
  attempt: true,
  tier: true,
  tenant: true,
  requestId: true,
})

const FACTS = ['deadline', 'attempt', 'tier', 'tenant', 'requestId'] as const
type Fact = (typeof FACTS)[number]

const NAME = /^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]{1,256}$/
const NOTHING: readonly string[] = Object.freeze([])

/** What is known of an attempt when it is sent. */
export interface Sending {
  readonly origin: string
  /** The origin is one that the client was made for. */
  readonly isOwn: boolean
  /** Until nobody waits for this attempt; infinite for no end. */
  readonly remainingMs: number
  readonly attempt: number
  readonly kind: AttemptKind
  readonly terms: CallTerms
}

/** Says to a server what it should know of a call, and to nobody else. */
export class Propagation {
  readonly #origins: AllowedOrigins
  readonly #says: Readonly<Record<Fact, boolean>>
  readonly #names: Readonly<Record<Fact, string>>

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
  constructor(options: PropagateOptions) {
    checkKnownOptions('propagate', options, ['origins', 'headers', ...FACTS])
    const { origins = [], headers = {}, ...said } = definedOptions(options)
    for (const fact of FACTS) {
      if (said[fact] !== undefined) checkBoolean(`propagate.${fact}`, said[fact])
    }
    this.#origins = new AllowedOrigins('propagate.origins', origins)
    this.#says = { ...TOLD_DEFAULTS, ...(said as Partial<Record<Fact, boolean>>) }
    this.#names = resolveNames(headers)
  }

  /** Names and values in turn. */
  headersFor(sending: Sending): readonly string[] {
    const { origin, isOwn, remainingMs, attempt, kind, terms } = sending
    const isTrusted = this.#origins.has(origin)
    if (!isTrusted && !isOwn) return NOTHING
    const headers: string[] = []
    if (this.#says.deadline && remainingMs !== Number.POSITIVE_INFINITY) {
      headers.push(this.#names.deadline, String(toldDeadlineMs(remainingMs)))
    }
    // A first attempt is what a server takes any request for.
    if (this.#says.attempt && attempt > 1) {
      headers.push(this.#names.attempt, `${attempt};max=${terms.maxAttempts};kind=${kind}`)
    }
    if (isTrusted) this.#tellAll(terms, headers)
    return headers
  }

  #tellAll(terms: CallTerms, headers: string[]): void {
    const { tier, tenant } = terms
    if (this.#says.tier && tier !== undefined) headers.push(this.#names.tier, tier)
    if (this.#says.tenant && tenant !== undefined && VALUE.test(tenant)) {
      headers.push(this.#names.tenant, tenant)
    }
    if (!this.#says.requestId) return
    // One for all attempts of a call, so that a server can tell that they are one.
    terms.requestId ??= randomUUID()
    if (VALUE.test(terms.requestId)) headers.push(this.#names.requestId, terms.requestId)
  }
}

/** A little less than is left, for the way there and back. */
function toldDeadlineMs(remainingMs: number): number {
  return Math.max(0, Math.floor(remainingMs - Math.min(5, remainingMs * 0.02)))
}

function resolveNames(headers: PropagatedNames): Readonly<Record<Fact, string>> {
  checkKnownOptions('propagate.headers', headers, FACTS)
  const names = { ...NAMES, ...definedOptions(headers) } as Record<Fact, string>
  for (const fact of FACTS) {
    const name = names[fact]
    if (typeof name === 'string' && NAME.test(name)) continue
    const expected = 'a header name in lower case'
    throw new InvalidOptionError(`propagate.headers.${fact}`, expected, name)
  }
  return names
}
