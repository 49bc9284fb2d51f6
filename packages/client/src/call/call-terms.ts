import { type AdmissionRequest, TIERS, type Tier } from '@headgate/core'
import type { DispatchOptions } from '../handler/handler.ts'
import { findHeader } from '../mouth/merge-headers.ts'

/** What one call may say about itself. Whatever is malformed counts as not said. */
export interface CallOptions {
  /** Milliseconds until the answer is useless, its body included. Default: the caller's own deadline, or none. */
  readonly deadlineMs?: number | undefined
  /** How important it is. Default: that of the request it is made for, or `important`. */
  readonly tier?: Tier | undefined
  /** For whom it is made. Default: the tenant of the request it is made for. */
  readonly tenant?: string | undefined
  /** The same for all attempts. Default: one is made up where it is sent. */
  readonly requestId?: string | undefined
  /** It may happen twice without harm: a POST is then retried as a GET is. Default: by method and `Idempotency-Key`. */
  readonly idempotent?: boolean | undefined
  /** Hedge this call, or do not. `true` needs `idempotent` for methods that are not safe. Default: safe methods without a body. */
  readonly hedge?: boolean | undefined
  /** Most attempts of this call, hedges apart: an integer from 1 to 10. Default: the client's. */
  readonly attempts?: number | undefined
}

/** What is known of the request that a call is made for: `context()` of `@headgate/node` has this form. */
export interface CallerContext {
  readonly tier?: Tier | undefined
  readonly tenant?: string | undefined
  readonly attempt?: number | undefined
  readonly requestId?: string | undefined
  remainingMs?(): number | undefined
}

/** Safe to make again whatever became of the first: RFC 9110, section 9.2.2, and QUERY. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY', 'PUT', 'DELETE'])
const MAX_ATTEMPTS = 10
const ANY_WAIT: AdmissionRequest = Object.freeze({})
const SAFE = new Set(['GET', 'HEAD', 'QUERY'])

/** A call's options and what it inherits, as they count. */
export interface CallTerms {
  readonly deadlineMs: number | undefined
  readonly tier: Tier | undefined
  readonly tenant: string | undefined
  /** Made up when it is first needed. */
  requestId: string | undefined
  readonly mayRepeat: boolean
  readonly mayHedge: boolean
  readonly maxAttempts: number
  /** The connection itself is what is asked for: no attempt can stand for another. */
  readonly isUpgrade: boolean
}

export function callTerms(
  options: DispatchOptions & CallOptions,
  context: CallerContext | undefined,
  maxAttempts: number,
): CallTerms {
  const { method, body, upgrade, tier, tenant, requestId, hedge } = options
  const isUpgrade = method === 'CONNECT' || Boolean(upgrade)
  const mayRepeat = options.idempotent === true || IDEMPOTENT.has(method)
  const isBare = SAFE.has(method) && (body === null || body === undefined)
  return {
    deadlineMs: earlier(milliseconds(options.deadlineMs), milliseconds(context?.remainingMs?.())),
    tier: isTier(tier) ? tier : isTier(context?.tier) ? context.tier : undefined,
    tenant: text(tenant) ?? text(context?.tenant),
    requestId: text(requestId) ?? text(context?.requestId),
    mayRepeat,
    mayHedge: !isUpgrade && hedge !== false && (isBare || (hedge === true && mayRepeat)),
    maxAttempts: isUpgrade ? 1 : attemptsOf(options.attempts, context, maxAttempts),
    isUpgrade,
  }
}

/** What the limiter is told of a call that may have to wait. */
export function waitRequest(terms: CallTerms, remainingMs: number): AdmissionRequest {
  const { tier, deadlineMs } = terms
  return deadlineMs === undefined && tier === undefined
    ? ANY_WAIT
    : { tier, deadlineMs: remainingMs }
}

/** Whether the call may be made again though it may have been processed. */
export function isRepeatable(terms: CallTerms, { headers }: DispatchOptions): boolean {
  return terms.mayRepeat || findHeader(headers, 'idempotency-key') !== undefined
}

/** What is itself a retry is not multiplied: three attempts at each of four services would be 81. */
function attemptsOf(asked: unknown, context: CallerContext | undefined, most: number): number {
  const isCount = Number.isSafeInteger(asked) && (asked as number) >= 1
  if (isCount && (asked as number) <= MAX_ATTEMPTS) return asked as number
  return context?.attempt !== undefined && context.attempt > 1 ? 1 : most
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return Math.min(one, other)
}

function milliseconds(value: unknown): number | undefined {
  return typeof value === 'number' && value < Number.POSITIVE_INFINITY ? value : undefined
}

function isTier(value: unknown): value is Tier {
  return value !== undefined && TIERS.includes(value as Tier)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
