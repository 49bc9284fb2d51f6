import type { OutgoingHttpHeader, OutgoingHttpHeaders } from 'node:http'
import type { RawResponse } from '../http/raw-message.ts'
import type { ResponseHead } from './response-head.ts'

/** The head that `response.writeHead(...args)` makes. */
export function writtenHead(
  response: RawResponse,
  [statusCode, ...rest]: readonly unknown[],
): ResponseHead {
  const [first, second] = rest
  const [statusMessage, given] =
    typeof first === 'string' ? [first, second] : [undefined, second ?? first]
  const headers = { ...response.getHeaders(), ...readHeaders(given) }
  const message = statusMessage ?? ('stream' in response ? undefined : response.statusMessage)
  return {
    statusCode: Number(statusCode),
    statusMessage: message || undefined,
    headers: headers as Record<string, OutgoingHttpHeader>,
  }
}

/** Whatever `writeHead` takes: an object, a flat array of names and values, or an array of pairs. */
function readHeaders(given: unknown): OutgoingHttpHeaders {
  if (typeof given !== 'object' || given === null) return {}
  const pairs = Array.isArray(given) ? pairsOf(given) : Object.entries(given)
  const headers: Record<string, OutgoingHttpHeader> = {}
  for (const [name, value] of pairs) {
    if (value === undefined) continue
    const key = String(name).toLowerCase()
    const known = headers[key]
    // Twice in an array: both are sent.
    headers[key] =
      known === undefined ? (value as OutgoingHttpHeader) : [known, value].flat().map(String)
  }
  return headers
}

function pairsOf(given: readonly unknown[]): [unknown, unknown][] {
  if (Array.isArray(given[0])) return given as [unknown, unknown][]
  const pairs: [unknown, unknown][] = []
  for (let index = 0; index + 1 < given.length; index += 2) {
    pairs.push([given[index], given[index + 1]])
  }
  return pairs
}
