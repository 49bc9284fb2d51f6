import { checkFunction, checkInteger, checkKnownOptions, definedOptions } from '@headgate/core'
import type { DispatchOptions } from '../handler/handler.ts'

export interface DedupeOptions {
  /** A longer answer is not shared: one caller gets it, the others ask for themselves. Bytes from 0 to 64 MiB. Default 1 MiB. */
  readonly maxBytes?: number | undefined
  /** A call that is older is not joined. Milliseconds above 0. Default 5000. */
  readonly maxAgeMs?: number | undefined
  /**
   * What makes two calls the same; `undefined`: this one is not shared. Default: GET and HEAD without a body,
   * with the same origin, path, query and headers, those of credentials included.
   */
  readonly key?: ((options: DispatchOptions) => string | undefined) | undefined
}

export interface ResolvedDedupe {
  readonly maxBytes: number
  readonly maxAgeMs: number
  readonly key: (options: DispatchOptions) => string | undefined
}

const MOST_BYTES = 64 * 1024 * 1024

/** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
export function resolveDedupe(options: DedupeOptions): ResolvedDedupe {
  checkKnownOptions('dedupe', options, ['maxBytes', 'maxAgeMs', 'key'])
  const defaults = { maxBytes: 1024 * 1024, maxAgeMs: 5000, key: sameRequest }
  const resolved = { ...defaults, ...definedOptions(options) } as ResolvedDedupe
  checkInteger('dedupe.maxBytes', resolved.maxBytes, { min: 0, max: MOST_BYTES })
  checkFunction('dedupe.key', resolved.key)
  return resolved
}

/** Headers that differ from call to call, and say nothing of what is asked for. */
const PASSING = /^(?:x-request-(?:id|deadline-ms|attempt)|traceparent|tracestate|baggage)$/

function sameRequest(options: DispatchOptions & { readonly query?: unknown }): string | undefined {
  const { method, body, upgrade, origin, path, query, headers } = options
  if (method !== 'GET' && method !== 'HEAD') return undefined
  if ((body !== null && body !== undefined) || upgrade) return undefined
  const pairs = headerPairs(headers)
  if (pairs === undefined) return undefined
  return JSON.stringify([method, String(origin ?? ''), path, query ?? null, pairs])
}

function headerPairs(headers: unknown): readonly string[] | undefined {
  if (headers === null || headers === undefined) return []
  if (typeof headers !== 'object') return undefined
  const entries = Array.isArray(headers)
    ? pairsOf(headers)
    : Symbol.iterator in headers
      ? [...(headers as Iterable<[unknown, unknown]>)]
      : Object.entries(headers)
  return entries
    .map(([name, value]) => [String(name).toLowerCase(), String(value)] as const)
    .filter(([name]) => !PASSING.test(name))
    .map(([name, value]) => `${name}: ${value}`)
    .sort()
}

function pairsOf(flat: readonly unknown[]): [unknown, unknown][] {
  const pairs: [unknown, unknown][] = []
  for (let at = 0; at + 1 < flat.length; at += 2) pairs.push([flat[at], flat[at + 1]])
  return pairs
}
