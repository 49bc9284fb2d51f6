import { TIERS, type Tier } from '@headgate/core'

/** A timer can wait no longer, and nobody waits for an answer for 24 days. */
const MAX_DEADLINE_MS = 2 ** 31 - 1
const MAX_TENANT_LENGTH = 128
const MAX_ATTEMPTS = 1_000

const DECIMAL_MS = /^\d{1,10}(?:\.\d{1,9})?$/
const GRPC_TIMEOUT = /^(\d{1,8})([HMSmun])$/
const GRPC_UNIT_MS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
}
/** Printable, without the comma by which Node joins a header that comes twice. */
const NAME = /^[\x21-\x2b\x2d-\x7e](?:[\x20-\x2b\x2d-\x7e]*[\x21-\x2b\x2d-\x7e])?$/
const COUNT = /^\d{1,4}$/

export type AttemptKind = 'first' | 'retry' | 'hedge'

/** One of several times that a caller has sent the same request. */
export interface Attempt {
  /** From 1. */
  readonly number: number
  readonly kind: AttemptKind
}

// What comes from outside may be anything at all: each of these answers `undefined` to what makes no sense.

/** What is left, as `x-request-deadline-ms` says it: `250`, `0` when nothing is. */
export function deadlineMsOf(text: string): number | undefined {
  if (!DECIMAL_MS.test(text)) return undefined
  const deadlineMs = Number(text)
  return deadlineMs <= MAX_DEADLINE_MS ? deadlineMs : undefined
}

/** The same as gRPC says it: `250m`, `10S`. A long one is valid there, and as good as this one's longest. */
export function grpcTimeoutMsOf(text: string): number | undefined {
  const [, digits, unit] = GRPC_TIMEOUT.exec(text) ?? []
  if (digits === undefined || unit === undefined) return undefined
  return Math.min(Number(digits) * (GRPC_UNIT_MS[unit] as number), MAX_DEADLINE_MS)
}

export function tierOf(text: string): Tier | undefined {
  return TIERS.includes(text as Tier) ? (text as Tier) : undefined
}

export function tenantOf(text: string): string | undefined {
  return text.length <= MAX_TENANT_LENGTH && NAME.test(text) ? text : undefined
}

/** `2;max=3;kind=retry`. Parameters that it does not know are passed over. */
export function attemptOf(text: string): Attempt | undefined {
  if (text.length > MAX_TENANT_LENGTH) return undefined
  const [first = '', ...parameters] = text.split(';').map((part) => part.trim())
  const number = countOf(first)
  if (number === undefined) return undefined
  let kind: AttemptKind = number === 1 ? 'first' : 'retry'
  for (const parameter of parameters) {
    const [name, value = ''] = parameter.split('=', 2)
    if (name === 'max') {
      const max = countOf(value)
      if (max === undefined || max < number) return undefined
    } else if (name === 'kind') {
      if (!isKind(value) || (value === 'first' && number > 1)) return undefined
      kind = value
    }
  }
  return { number, kind }
}

function countOf(text: string): number | undefined {
  if (!COUNT.test(text)) return undefined
  const count = Number(text)
  return count >= 1 && count <= MAX_ATTEMPTS ? count : undefined
}

function isKind(text: string): text is AttemptKind {
  return text === 'first' || text === 'retry' || text === 'hedge'
}
