import { SINGLEFLIGHT_DEFAULTS, type SingleflightOptions } from '../flight/singleflight-options.ts'
import {
  checkCount,
  checkFunction,
  checkKnownNames,
  checkNumber,
  withDefaults,
} from '../option/check-option.ts'
import { roughEntryBytes } from './rough-bytes.ts'

/** How long things are kept, and how much of them. Times are in ms; a number may be 0 where nothing else is said. */
export interface CachedSingleflightOptions extends SingleflightOptions {
  /**
   * How long a value is fresh. Default 10,000. A function is asked for each value, and one that does not
   * return a number above 0 says: share it with those who wait now, and do not keep it.
   */
  readonly ttlMs?: number | ((value: unknown, key: unknown) => number) | undefined
  /** Each TTL is drawn from this much below it to this much above, so that what came together does not expire together. From 0, below 1. Default 0.1. */
  readonly ttlJitterRatio?: number | undefined
  /** How long after its TTL a value is still served at once, while one call refreshes it. Default 0. */
  readonly staleMs?: number | undefined
  /** How long after its TTL a value is still served when the load fails. Default 0. */
  readonly staleIfErrorMs?: number | undefined
  /** How long an error is thrown again without a new load. Default 0. A function is asked for each error. */
  readonly negativeTtlMs?: number | ((error: unknown, key: unknown) => number) | undefined
  /** After a failed load, how long a value past its TTL is served without trying again. Default 1,000. */
  readonly retryAfterErrorMs?: number | undefined
  /** How early fresh values are refreshed (β of XFetch): 1 is the optimum of the theory, 0 switches it off. Default 1. */
  readonly earlyRefreshBeta?: number | undefined
  /** Most entries, errors included. Integer, at least 1. Default 10,000. */
  readonly maxEntries?: number | undefined
  /** Most bytes of all entries, by `sizeOf`. Integer, at least 1. Default 67,108,864 (64 MiB). */
  readonly maxBytes?: number | undefined
  /**
   * Bytes of one entry. What it does not answer with a number of at least 0 is not kept. Default: a walk over
   * plain data and buffers of up to 250,000 parts, and what an entry itself takes.
   */
  readonly sizeOf?: ((value: unknown, key: unknown) => number) | undefined
  /** Gets the error of a refresh that nobody waits for. Default: it is only counted. */
  readonly onRefreshError?: ((error: unknown, key: unknown) => void) | undefined
}

type Plain = Required<Omit<CachedSingleflightOptions, 'copy' | 'onRefreshError' | 'sizeOf'>>

export const CACHED_SINGLEFLIGHT_DEFAULTS: {
  readonly [Name in keyof Plain]: Exclude<Plain[Name], undefined>
} = Object.freeze({
  ...SINGLEFLIGHT_DEFAULTS,
  ttlMs: 10_000,
  ttlJitterRatio: 0.1,
  staleMs: 0,
  staleIfErrorMs: 0,
  negativeTtlMs: 0,
  retryAfterErrorMs: 1_000,
  earlyRefreshBeta: 1,
  maxEntries: 10_000,
  maxBytes: 64 * 2 ** 20,
})

type Defaults = typeof CACHED_SINGLEFLIGHT_DEFAULTS

export interface ResolvedCacheOptions extends Defaults {
  readonly sizeOf: (value: unknown, key: unknown) => number
  readonly copy?: SingleflightOptions['copy']
  readonly onRefreshError?: CachedSingleflightOptions['onRefreshError']
}

const FUNCTIONS = ['sizeOf', 'copy', 'onRefreshError'] as const

/**
 * Those of `Singleflight` among them are checked there.
 *
 * @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range.
 */
export function resolveCacheOptions(options: CachedSingleflightOptions): ResolvedCacheOptions {
  const defaults = { ...CACHED_SINGLEFLIGHT_DEFAULTS, sizeOf: roughEntryBytes }
  checkKnownNames('options', options, [...Object.keys(CACHED_SINGLEFLIGHT_DEFAULTS), ...FUNCTIONS])
  const resolved = withDefaults(options, defaults) as ResolvedCacheOptions
  for (const name of ['ttlMs', 'negativeTtlMs'] as const) {
    if (typeof resolved[name] !== 'function') checkNumber(name, resolved[name], { min: 0 })
  }
  for (const name of [
    'staleMs',
    'staleIfErrorMs',
    'retryAfterErrorMs',
    'earlyRefreshBeta',
  ] as const) {
    checkNumber(name, resolved[name], { min: 0 })
  }
  checkNumber('ttlJitterRatio', resolved.ttlJitterRatio, { min: 0, below: 1 })
  checkCount('maxEntries', resolved.maxEntries, 1)
  checkCount('maxBytes', resolved.maxBytes, 1)
  for (const name of FUNCTIONS) {
    if (resolved[name] !== undefined) checkFunction(name, resolved[name])
  }
  return resolved
}
