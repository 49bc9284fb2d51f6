import { createHash } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { RawRequest } from '../http/raw-message.ts'
import type { BypassReason } from './bypass-reason.ts'
import type { ResolvedCoalesceOptions } from './coalesce-options.ts'

/** What makes requests equal. */
export interface RequestKey {
  readonly key: string
  /** The same for those who ask for an answer that differs from what they hold; else empty. */
  readonly condition: string
  /** Nothing that was kept may be served: `no-cache`, or no age that would do. */
  readonly wantsNew: boolean
}

/** What answers the user's functions; what throws, or answers later, is told of and comes back as undefined. */
export type AskUser = <Answer>(ask: () => Answer) => Answer | undefined

/** Keys are kept by the thousand, and a client decides how long its address is. */
const MAX_KEY_LENGTH = 512

/** Headers that say who asks, in the standards and by custom. */
const CREDENTIALS = [
  'authorization',
  'cookie',
  'proxy-authorization',
  'x-api-key',
  'api-key',
  'apikey',
  'x-auth-token',
  'x-access-token',
  'x-csrf-token',
  'x-amz-security-token',
] as const

/**
 * The key of a request, or why it has none. Everything that an answer may depend on is in it, or the
 * request has none: method, host, path and query, the headers that count, and who asks.
 *
 * @param tenant who asks, as the gate knows it: counts where no `principal` is asked
 */
export function requestKey<Request>(
  raw: RawRequest,
  options: ResolvedCoalesceOptions<Request>,
  { request, tenant, ask }: { request: Request; tenant: string | undefined; ask: AskUser },
): RequestKey | BypassReason {
  const { method, headers } = raw
  if (method !== 'GET' && method !== 'HEAD') return 'method'
  const barred = barredBy(headers)
  if (barred !== undefined) return barred
  const { when, key, principal, vary } = options
  if (when !== undefined && ask(() => when(request)) !== true) return 'when'
  const who = principal === undefined ? undefined : ask(() => principal(request))
  if (!isName(who) && hasCredentials(raw)) return 'credentials'
  const what = key === undefined ? addressOf(raw, options.query) : ask(() => key(request))
  if (what === undefined) return 'key'
  if (typeof what !== 'string') return 'error'
  const whose = isName(who) ? [who] : principal === undefined && isName(tenant) ? [tenant, 0] : []
  const parts = [method, what, vary.map((name) => headers[name] ?? null), whose]
  return {
    key: bounded(JSON.stringify(parts)),
    condition: conditionOf(headers),
    wantsNew: wantsNew(headers),
  }
}

/** The values of the headers that an answer was found to depend on, to be added to a key. */
export function variantKey(key: string, names: readonly string[], raw: RawRequest): string {
  const values = names.map((name) => raw.headers[name] ?? null)
  return bounded(`${key}${JSON.stringify(values)}`)
}

function barredBy(headers: RawRequest['headers']): BypassReason | undefined {
  const length = headers['content-length']
  if (headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')) {
    return 'body'
  }
  if (headers.range !== undefined || headers['if-range'] !== undefined) return 'range'
  if (headers['if-match'] !== undefined || headers['if-unmodified-since'] !== undefined) {
    return 'conditional'
  }
  if (headers.upgrade !== undefined || headers.expect !== undefined) return 'upgrade'
  return /\bno-store\b/i.test(headers['cache-control'] ?? '') ? 'no-store' : undefined
}

function hasCredentials({ headers, socket }: RawRequest): boolean {
  if (CREDENTIALS.some((name) => headers[name] !== undefined)) return true
  // A certificate says who asks as well as a header does.
  const { authorized } = socket as Partial<TLSSocket>
  return authorized === true
}

/** Behind a router that is mounted under a path, `url` is only the rest of it. */
function addressOf(raw: RawRequest, names: readonly string[] | undefined): string {
  const { url = '', headers } = raw
  const { originalUrl = url } = raw as { originalUrl?: string }
  const host = headers.host ?? (headers[':authority'] as string | undefined) ?? ''
  const rest = originalUrl === url ? '' : normalised(url, names)
  return JSON.stringify([host, normalised(originalUrl, names), rest])
}

/** With the names of its query in order, which says nothing; values of one name stay as they are. */
function normalised(url: string, names: readonly string[] | undefined): string {
  const start = url.indexOf('?')
  if (start === -1) return url
  const nameOf = (part: string): string => part.split('=', 1)[0] as string
  const all = url.slice(start + 1).split('&')
  const chosen = names === undefined ? all : all.filter((part) => isAmong(names, nameOf(part)))
  chosen.sort((a, b) => compare(nameOf(a), nameOf(b)))
  return `${url.slice(0, start)}?${chosen.join('&')}`
}

/** A name may be written in more than one way; one that cannot be read counts. */
function isAmong(names: readonly string[], written: string): boolean {
  try {
    return names.includes(decodeURIComponent(written.replaceAll('+', ' ')))
  } catch {
    return true
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function conditionOf(headers: RawRequest['headers']): string {
  const [match, since] = [headers['if-none-match'], headers['if-modified-since']]
  if (match === undefined && since === undefined) return ''
  return bounded(JSON.stringify([match ?? null, since ?? null]))
}

function wantsNew(headers: RawRequest['headers']): boolean {
  const directives = headers['cache-control']
  if (directives !== undefined) return /\bno-cache\b|\bmax-age=0(?!\d)/i.test(directives)
  return /\bno-cache\b/i.test(headers.pragma ?? '')
}

function isName(name: unknown): name is string {
  return typeof name === 'string' && name !== ''
}

function bounded(key: string): string {
  if (key.length <= MAX_KEY_LENGTH) return key
  return createHash('sha256').update(key).digest('base64')
}
