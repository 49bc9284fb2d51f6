import type { ResponseHeaders } from '../handler/handler.ts'
import { retryAfterMs } from './retry-after.ts'

/** What a server said beside its refusal. */
export interface ServerHints {
  /** Milliseconds to wait at least; negative: do not try again; `undefined`: it did not say. */
  readonly askedMs: number | undefined
  /** Refused before any processing: any call is safe to send elsewhere. */
  readonly isNack: boolean
  /** Whether it alone is full, or all of its kind are. */
  readonly scope: 'instance' | 'service' | undefined
}

export const NO_HINTS: ServerHints = Object.freeze({
  askedMs: undefined,
  isNack: false,
  scope: undefined,
})

const INTEGER = /^[+-]?\d{1,15}$/
const SCOPE = /(?:^|[;,\s])scope=(instance|service)(?:$|[;,\s])/

/** @param wallMs milliseconds since 1970, now. */
export function serverHints(headers: ResponseHeaders, wallMs: number): ServerHints {
  return {
    askedMs: askedMs(headers, wallMs),
    isNack: isNack(headers),
    scope: scopeOf(headers['x-overload']),
  }
}

function askedMs(headers: ResponseHeaders, wallMs: number): number | undefined {
  const waitMs = retryAfterMs(headers['retry-after'], wallMs)
  const pushbackMs = parsePushback(
    headers['x-retry-pushback-ms'] ?? headers['grpc-retry-pushback-ms'],
  )
  if (headers['finagle-http-nonretryable-nack'] !== undefined) return -1
  if (pushbackMs === undefined) return waitMs
  // Of two that disagree, the one that is easier on the server.
  return pushbackMs < 0 ? -1 : Math.max(pushbackMs, waitMs ?? 0)
}

/** As gRPC has it: what cannot be read forbids. */
function parsePushback(value: string | string[] | undefined): number | undefined {
  if (value === undefined) return undefined
  const text = String(value).trim()
  if (!INTEGER.test(text)) return -1
  const ms = Number(text)
  return ms < 0 ? -1 : ms
}

function isNack(headers: ResponseHeaders): boolean {
  const nack = headers['x-nack']
  return (
    nack === '1' ||
    nack === 'true' ||
    headers['finagle-http-nack'] !== undefined ||
    headers['finagle-http-nonretryable-nack'] !== undefined
  )
}

function scopeOf(value: string | string[] | undefined): ServerHints['scope'] {
  if (value === undefined) return undefined
  const all = String(value).match(SCOPE)
  return all === null ? undefined : (all[1] as ServerHints['scope'])
}
