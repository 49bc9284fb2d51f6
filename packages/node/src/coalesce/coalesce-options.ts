import {
  checkFunction,
  checkInteger,
  checkKnownOptions,
  checkNumber,
  checkOneOf,
  InvalidOptionError,
} from '@headgate/core'

/** How equal requests of a route share one answer. `{}` shares with those who ask at the same time, and keeps nothing. */
export interface CoalesceOptions<Request> {
  /** Which requests. Default all GET and HEAD of the route, or of the host. */
  readonly when?: ((request: Request) => boolean) | undefined
  /** Milliseconds that an answer is kept and served again, at most as long as its own headers allow. At least 0. Default 0. */
  readonly ttlMs?: number | undefined
  /** Milliseconds after its TTL that an answer is served at once while one request fetches the next. At least 0. Default 0. */
  readonly staleMs?: number | undefined
  /**
   * Milliseconds after its TTL that an answer is served where the handler fails with 500, 502, 503 or 504. For a second after
   * a failure the handler is not asked again. At least 0. Default 0.
   */
  readonly staleIfErrorMs?: number | undefined
  /** `instead-of-reject`: a stale answer is served, within `staleMs` or `staleIfErrorMs`, where the gate would refuse. Default `while-revalidating` only. */
  readonly stale?: 'while-revalidating' | 'instead-of-reject' | undefined
  /** What is asked for, instead of host, path and query; `undefined`: this request shares with nobody. */
  readonly key?: ((request: Request) => string | undefined) | undefined
  /** Names in the query that count. Default all of them. */
  readonly query?: readonly string[] | undefined
  /** Names of request headers that count, such as `accept-language`. Default none: what answers name in `Vary` is learnt. */
  readonly vary?: readonly string[] | undefined
  /**
   * Who asks, as far as the answer depends on it, and known for sure. Without one, a request with credentials or a
   * cookie shares with nobody.
   */
  readonly principal?: ((request: Request) => string | undefined) | undefined
  /** Most bytes of a body that is kept, and most that a follower may lag behind. Integer, from 1. Default 1,048,576. */
  readonly maxBodyBytes?: number | undefined
  /** Most bytes of all answers that are kept. Integer, from 1. Default 16,777,216. */
  readonly maxBytes?: number | undefined
  /** Most requests that wait for one other; a further one runs apart. Integer, from 1. Default 10,000. */
  readonly maxFollowers?: number | undefined
  /**
   * Milliseconds after which a request is joined no more; and, once its client has left, so long after the last that its
   * handler wrote it is waited for no longer. Above 0. Default 5,000.
   */
  readonly maxAgeMs?: number | undefined
  /** Whether answers say so in `Cache-Status`. Default true. */
  readonly cacheStatus?: boolean | undefined
}

export const COALESCE_DEFAULTS: {
  readonly ttlMs: number
  readonly staleMs: number
  readonly staleIfErrorMs: number
  readonly stale: 'while-revalidating' | 'instead-of-reject'
  readonly vary: readonly string[]
  readonly maxBodyBytes: number
  readonly maxBytes: number
  readonly maxFollowers: number
  readonly maxAgeMs: number
  readonly cacheStatus: boolean
} = Object.freeze({
  ttlMs: 0,
  staleMs: 0,
  staleIfErrorMs: 0,
  stale: 'while-revalidating',
  vary: Object.freeze([]),
  maxBodyBytes: 2 ** 20,
  maxBytes: 16 * 2 ** 20,
  maxFollowers: 10_000,
  maxAgeMs: 5_000,
  cacheStatus: true,
} as const)

type Functions<Request> = Pick<CoalesceOptions<Request>, 'when' | 'key' | 'query' | 'principal'>
export type ResolvedCoalesceOptions<Request> = typeof COALESCE_DEFAULTS & Functions<Request>

const NAMES = [...Object.keys(COALESCE_DEFAULTS), 'when', 'key', 'query', 'principal']
const MAX_MS = 2 ** 31 - 1

/** @throws {InvalidOptionError} when an option of `where` is unknown, of the wrong type, or out of range. */
export function checkCoalesceOptions(where: string, options: unknown): void {
  if (options === undefined || options === false) return
  checkKnownOptions(where, options as object, NAMES)
  const given = options as CoalesceOptions<never>
  for (const name of ['when', 'key', 'principal'] as const) {
    if (given[name] !== undefined) checkFunction(`${where}.${name}`, given[name])
  }
  for (const name of ['ttlMs', 'staleMs', 'staleIfErrorMs'] as const) {
    if (given[name] !== undefined) checkNumber(`${where}.${name}`, given[name], { min: 0 })
  }
  for (const name of ['maxBodyBytes', 'maxBytes', 'maxFollowers'] as const) {
    if (given[name] !== undefined) checkInteger(`${where}.${name}`, given[name], { min: 1 })
  }
  for (const name of ['query', 'vary'] as const) checkTexts(`${where}.${name}`, given[name])
  const { stale, maxAgeMs, cacheStatus } = given
  if (stale !== undefined) {
    checkOneOf(`${where}.stale`, stale, ['while-revalidating', 'instead-of-reject'])
  }
  if (maxAgeMs !== undefined) checkNumber(`${where}.maxAgeMs`, maxAgeMs, { above: 0, max: MAX_MS })
  if (cacheStatus !== undefined && typeof cacheStatus !== 'boolean') {
    throw new InvalidOptionError(`${where}.cacheStatus`, 'true or false', cacheStatus)
  }
}

/** Of options that were checked. */
export function resolveCoalesceOptions<Request>(
  options: CoalesceOptions<Request>,
): ResolvedCoalesceOptions<Request> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  const all: ResolvedCoalesceOptions<Request> = {
    ...COALESCE_DEFAULTS,
    ...Object.fromEntries(given),
  }
  return { ...all, vary: all.vary.map((name) => name.toLowerCase()).sort() }
}

function checkTexts(where: string, texts: unknown): void {
  if (texts === undefined) return
  if (Array.isArray(texts) && texts.every((text) => typeof text === 'string' && text !== '')) return
  throw new InvalidOptionError(where, 'an array of names', texts)
}
