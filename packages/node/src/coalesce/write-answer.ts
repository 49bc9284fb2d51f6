import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { RawRequest, RawResponse } from '../http/raw-message.ts'
import { namesOf, textOf } from './response-head.ts'
import type { SharedAnswer, StoredAnswer } from './shared-answer.ts'

/** A request and its response. */
export interface Exchange {
  readonly raw: RawRequest
  readonly response: RawResponse
}

/** What a response says of how it came about. */
export interface Provenance {
  /** `Cache-Status`, without the name of the cache; undefined: nothing is said. */
  readonly status: string | undefined
  readonly nowMs: number
}

/** As they are in a 304, where what the client holds has the rest. */
const OF_UNCHANGED = new Set([
  ...['cache-control', 'content-location', 'etag', 'expires', 'last-modified', 'vary'],
  ...['age', 'cache-status'],
])

/** Sets a shared head on a response of one's own. False: its client holds this answer already, and gets no body. */
export function writeHead(
  { raw, response }: Exchange,
  answer: SharedAnswer,
  { status, nowMs }: Provenance,
): boolean {
  const isHeld = answer.statusCode === 200 && holds(raw, answer.headers)
  for (const [name, value] of Object.entries(answer.headers)) {
    if (!isHeld || OF_UNCHANGED.has(name)) setHeader(response, name, value)
  }
  const seconds = Math.max(0, Math.floor((nowMs - answer.madeMs) / 1_000))
  const upstream = Number(answer.headers.age ?? 0) || 0
  setHeader(response, 'age', String(upstream + seconds))
  if (status !== undefined) addCacheStatus(response, status)
  response.statusCode = isHeld ? 304 : answer.statusCode
  if (answer.statusMessage !== undefined && !isHeld && !('stream' in response)) {
    response.statusMessage = answer.statusMessage
  }
  return !isHeld
}

/** A whole answer at once. */
export function writeStored(
  exchange: Exchange,
  answer: StoredAnswer,
  provenance: Provenance,
): void {
  endWith(exchange.response, setStored(exchange, answer, provenance))
}

/** Sets the head of a kept answer, and returns the body to go with it, if any. */
export function setStored(
  exchange: Exchange,
  answer: StoredAnswer,
  provenance: Provenance,
): Buffer | undefined {
  const hasBody = writeHead(exchange, answer, provenance) && exchange.raw.method !== 'HEAD'
  return hasBody && answer.body.length > 0 ? answer.body : undefined
}

/** What a handler has set is gone, and what was there before it is there again. */
export function resetHead(response: RawResponse, before: OutgoingHttpHeaders): void {
  for (const name of response.getHeaderNames()) response.removeHeader(name)
  for (const [name, value] of Object.entries(before)) setHeader(response, name, value)
  if (!('stream' in response)) response.statusMessage = ''
}

export function endWith(response: RawResponse, body: Buffer | undefined): void {
  const { end } = response as { end: (body?: Buffer) => unknown }
  end.call(response, body)
}

/** After what caches behind this one have said, as RFC 9211 has it: the one nearest to the client comes last. */
export function addCacheStatus(response: RawResponse, status: string): void {
  const before = textOf(response.getHeader('cache-status'))
  const own = `headgate; ${status}`
  response.setHeader('cache-status', before === '' ? own : `${before}, ${own}`)
}

function setHeader(response: RawResponse, name: string, value: OutgoingHttpHeaders[string]): void {
  if (value === undefined) return
  const all = name === 'vary' ? united(response.getHeader('vary'), value) : value
  ;(response as ServerResponse).setHeader(name, all as string)
}

/** What came before the gate has a say in what the response depends on, too. */
function united(
  own: OutgoingHttpHeaders[string],
  shared: OutgoingHttpHeaders[string],
): OutgoingHttpHeaders[string] {
  const known = namesOf(own)
  const added = namesOf(shared).filter((name) => !known.includes(name))
  if (known.length === 0) return shared
  return added.length === 0 ? own : `${textOf(own)}, ${added.join(', ')}`
}

/** Whether the client said that it holds this very answer (RFC 9110, section 13). */
function holds({ headers }: RawRequest, answer: SharedAnswer['headers']): boolean {
  const match = headers['if-none-match']
  if (match !== undefined) return matches(match, textOf(answer.etag))
  const [since, modified] = [headers['if-modified-since'], textOf(answer['last-modified'])]
  if (since === undefined || modified === '') return false
  return Date.parse(modified) <= Date.parse(since)
}

/** By weak comparison: it is about the meaning of an answer, not its bytes. */
function matches(list: string, etag: string): boolean {
  if (list.trim() === '*') return true
  const opaque = etag.replace(/^W\//, '')
  return opaque !== '' && [...(list.match(/"[^"]*"/g) ?? [])].includes(opaque)
}
