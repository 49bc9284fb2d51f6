export type { CacheAnswer, CacheSource } from './cache/cache-answer.ts'
export type { CacheCounts, CachedSingleflightSnapshot } from './cache/cache-counters.ts'
export type { CacheEntry } from './cache/cache-entry.ts'
export type { CachedSingleflightParts } from './cache/cache-parts.ts'
export type { CacheStore } from './cache/cache-store.ts'
export { CachedSingleflight, type GetOptions } from './cache/cached-singleflight.ts'
export {
  CACHED_SINGLEFLIGHT_DEFAULTS,
  type CachedSingleflightOptions,
} from './cache/cached-singleflight-options.ts'
export { type EarlyRefreshInput, isRefreshDue } from './cache/early-refresh.ts'
export type { Abort, CallerSignal } from './flight/abort.ts'
export type { Copy, FlightView, Work } from './flight/flight.ts'
export {
  type RunOptions,
  Singleflight,
  type SingleflightParts,
  type SingleflightSnapshot,
} from './flight/singleflight.ts'
export { SINGLEFLIGHT_DEFAULTS, type SingleflightOptions } from './flight/singleflight-options.ts'
export { InvalidOptionError } from './option/invalid-option-error.ts'
export type { Clock } from './time/clock.ts'
