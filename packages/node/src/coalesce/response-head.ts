import type { OutgoingHttpHeader, OutgoingHttpHeaders } from 'node:http'

/** The head of an answer as its handler made it. */
export interface ResponseHead {
  readonly statusCode: number
  readonly statusMessage: string | undefined
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, OutgoingHttpHeader>>
}

/** Why an answer is for nobody but the one who asked. */
export type UnshareableReason =
  | 'status'
  | 'set-cookie'
  | 'cache-control'
  | 'vary'
  | 'streaming'
  | 'trailer'
  | 'too-large'

/** What a head allows. */
export interface HeadTerms {
  /** Names in `Vary`, in order. */
  readonly vary: readonly string[]
  /** The longest that it may be kept, in ms; 0: it is for those who wait now. Infinite without a word of it. */
  readonly maxTtlMs: number
  readonly mayBeStale: boolean
}

/** Those, and all above 499, are the same for everybody who asks the same. Others depend on who asks, or on what part. */
const SHAREABLE = new Set([
  ...[200, 203, 204, 300, 301, 302, 303, 304, 307, 308],
  ...[404, 405, 410, 414, 451],
])
const STORABLE = new Set([200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 451])
/** What is about one connection, or about one answer only, is nobody else's. */
const OWN_HEADERS = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'date', 'set-cookie'],
])

/** What may be made of an answer for others, by its head alone. */
export function judgeHead(head: ResponseHead, maxBodyBytes: number): HeadTerms | UnshareableReason {
  const { statusCode, headers } = head
  if (!SHAREABLE.has(statusCode) && statusCode < 500) return 'status'
  if (headers['set-cookie'] !== undefined) return 'set-cookie'
  if (headers.trailer !== undefined) return 'trailer'
  if (/event-stream|x-mixed-replace|application\/grpc/i.test(textOf(headers['content-type']))) {
    return 'streaming'
  }
  const directives = readDirectives(textOf(headers['cache-control']))
  if (directives.has('private') || directives.has('no-store')) return 'cache-control'
  const vary = namesOf(headers.vary)
  if (vary.includes('*')) return 'vary'
  if (Number(headers['content-length'] ?? 0) > maxBodyBytes) return 'too-large'
  const isStorable = STORABLE.has(statusCode) && !directives.has('no-cache')
  const isStrict = ['must-revalidate', 'proxy-revalidate', 's-maxage'].some((name) =>
    directives.has(name),
  )
  return {
    vary,
    maxTtlMs: isStorable ? maxTtlMs(directives, headers) : 0,
    mayBeStale: isStorable && !isStrict,
  }
}

/** The headers that others get: what the host had set before is of the request, and they have their own. */
export function sharedHeaders(
  { headers }: ResponseHead,
  before: OutgoingHttpHeaders,
): Record<string, OutgoingHttpHeader> {
  const named = namesOf(headers.connection)
  const shared = Object.entries(headers).filter(
    ([name, value]) =>
      !OWN_HEADERS.has(name) &&
      !named.includes(name) &&
      String(before[name]) !== String(value as OutgoingHttpHeader),
  )
  return Object.fromEntries(shared)
}

/** A list of names in a header, in small letters and in order. */
export function namesOf(value: OutgoingHttpHeader | undefined): readonly string[] {
  const names = textOf(value).toLowerCase().split(',')
  return names
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .sort()
}

export function textOf(value: OutgoingHttpHeader | undefined): string {
  return value === undefined ? '' : String(value)
}

function maxTtlMs(
  directives: ReadonlyMap<string, string>,
  headers: ResponseHead['headers'],
): number {
  const age = Number(headers.age ?? 0) || 0
  for (const name of ['s-maxage', 'max-age']) {
    const seconds = directives.get(name)
    // What is no number allows nothing.
    if (seconds !== undefined)
      return /^\d+$/.test(seconds) ? Math.max(0, Number(seconds) - age) * 1_000 : 0
  }
  if (headers.expires === undefined) return Number.POSITIVE_INFINITY
  return Math.max(0, Date.parse(textOf(headers.expires)) - Date.now()) || 0
}

/** Of one named twice, the first counts; a quoted value loses its quotes. */
function readDirectives(text: string): ReadonlyMap<string, string> {
  const directives = new Map<string, string>()
  for (const [, name = '', value = ''] of text.matchAll(
    /([\w-]+)(?:\s*=\s*("[^"]*"|[^\s,;]*))?/g,
  )) {
    const key = name.toLowerCase()
    if (!directives.has(key)) directives.set(key, value.replaceAll('"', ''))
  }
  return directives
}
