import type { CallOutcome } from '@headgate/resilience'
import type { ServerHints } from '../ears/server-hints.ts'
import { NO_HINTS } from '../ears/server-hints.ts'
import type { CallEffect } from '../error/call-error.ts'

/** How an attempt failed, as far as it matters for what comes next. */
export interface Failure {
  /** What it teaches about the server. */
  readonly outcome: CallOutcome
  /** What may have happened there. */
  readonly effect: CallEffect
  /** Whether trying again may help. */
  readonly isRetryable: boolean
  readonly hints: ServerHints
  /** `undefined` where there is a response to hand on. */
  readonly error: Error | undefined
}

/** The connection was not made, so that nothing can have been sent. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** What undici calls it when an answer is no HTTP; some of its versions leave the code out. */
const GARBLED = 'UND_ERR_HTTP_PARSER'

const RETRYABLE = new Set([
  ...NOT_SENT,
  GARBLED,
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'HG_ERR_TIMEOUT',
  'ERR_HTTP2_STREAM_ERROR',
  'ERR_HTTP2_SESSION_ERROR',
  'ERR_HTTP2_GOAWAY_SESSION',
])

/** An attempt that ended in an error before its response began. */
export function errorFailure(error: Error, isStarted: boolean): Failure {
  const code = codeOf(error)
  const told = effectOf(error)
  // A layer of ours below refused it. The server had no part in that, and another try would be refused as well.
  if (told === 'not-sent' && code.startsWith('HG_ERR_') && !isOwnTimeout(error)) {
    return { outcome: 'ignore', effect: told, isRetryable: false, hints: NO_HINTS, error }
  }
  const isRefusedStream = code === 'ERR_HTTP2_STREAM_ERROR' && /REFUSED_STREAM/.test(error.message)
  const isSent = isStarted && !NOT_SENT.has(code) && !isRefusedStream
  return {
    outcome: code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_ABORTED' ? 'ignore' : 'failure',
    // A layer of ours below says more exactly how far it got.
    effect: told ?? (isSent ? 'maybe-processed' : 'not-sent'),
    isRetryable: RETRYABLE.has(code) || code.startsWith('HPE_') || isBrokenStream(code, error),
    hints: NO_HINTS,
    error,
  }
}

/** Undici says this of streams and connections of HTTP/2 that broke, and of tunnels that the server has none of. */
function isBrokenStream(code: string, { message }: Error): boolean {
  return code === 'UND_ERR_INFO' && !message.includes('CONNECT')
}

/** It was sent to undici, which found it no connection in time. */
function isOwnTimeout(error: Error): boolean {
  return (error as { reason?: unknown }).reason === 'attempt'
}

/** The code that undici has left out of an error. */
export function missingCode(error: unknown): string | undefined {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  return code === undefined && name === 'HTTPParserError' ? GARBLED : undefined
}

/** The code of an error, `''` where it has none. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' ? code : (missingCode(error) ?? '')
}

function effectOf(error: Error): CallEffect | undefined {
  return (error as { outcome?: CallEffect }).outcome
}

/** How far statuses count; a response that is no failure has none. */
export function statusFailure(
  status: number,
  hints: ServerHints,
  retryStatuses: ReadonlySet<number>,
): Failure | undefined {
  const outcome = statusOutcome(status)
  const isListed = retryStatuses.has(status) || hints.isNack
  if (outcome === 'success' && !isListed) return undefined
  // A rate limit that does not say for how long is not going to change its mind at once.
  const isMute = status === 429 && hints.askedMs === undefined && !hints.isNack
  return {
    outcome: hints.isNack ? 'overload' : outcome,
    effect: hints.isNack ? 'rejected' : 'maybe-processed',
    isRetryable: isListed && !isMute,
    hints,
    error: undefined,
  }
}

function statusOutcome(status: number): CallOutcome {
  if (status === 429 || status === 503) return 'overload'
  return status >= 500 ? 'failure' : 'success'
}
