import type { Abort } from '../flight/abort.ts'
import { checkFunction, checkKnownNames, checkMethods } from '../option/check-option.ts'
import type { Clock } from '../time/clock.ts'
import type { CacheStore } from './cache-store.ts'

/** What a `CachedSingleflight` is given. */
export interface CachedSingleflightParts<Signal> {
  readonly clock: Clock
  /** From 0, below 1, as `Math.random`. */
  readonly random: () => number
  /** Called for each load and each refresh: `() => new AbortController()`. */
  readonly newAbort: () => Abort<Signal>
  /** Default: a `Map`. The bounds are kept whatever the store is. */
  readonly store?: CacheStore | undefined
  /**
   * Asked before each refresh that nobody waits for: false holds it back, as under pressure. What it took for the
   * refresh, such as a permit, is given back by the function that it returns, called once the refresh has ended.
   * Default: always true.
   */
  readonly mayRefresh?: (() => boolean | (() => void)) | undefined
}

/** @throws {InvalidOptionError} when one is missing, unknown, or cannot do what it is for. */
export function checkCacheParts(parts: CachedSingleflightParts<unknown>): void {
  const known = ['clock', 'random', 'newAbort', 'store', 'mayRefresh']
  checkKnownNames('dependencies', parts, known)
  checkMethods('dependencies.clock', parts.clock, ['nowMs', 'schedule'])
  checkFunction('dependencies.random', parts.random)
  checkFunction('dependencies.newAbort', parts.newAbort)
  if (parts.store !== undefined) {
    checkMethods('dependencies.store', parts.store, ['get', 'set', 'delete', 'clear'])
  }
  if (parts.mayRefresh !== undefined) checkFunction('dependencies.mayRefresh', parts.mayRefresh)
}
