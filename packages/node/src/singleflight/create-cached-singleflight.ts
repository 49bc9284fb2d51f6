import { InvalidOptionError } from '@headgate/core'
import {
  CACHED_SINGLEFLIGHT_DEFAULTS,
  CachedSingleflight,
  type CacheEntry,
  type CachedSingleflightOptions as PureOptions,
} from '@headgate/singleflight'
import { LRUCache } from 'lru-cache'
import { systemClock } from '../time/system-clock.ts'
import { newAbort } from './create-singleflight.ts'
import { type Sparing, spareCapacity } from './spare-capacity.ts'

export interface CachedSingleflightOptions extends PureOptions {
  /**
   * Whose capacity refreshes take. One that nobody waits for then holds a permit of tier `opportunistic`, and is
   * held back while anybody waits for a permit, while none is free, or under pressure. Default: refreshes ask nobody.
   */
  readonly admission?: Sparing | undefined
}

/**
 * A bounded cache on this process's clock in which each key is loaded once at a time:
 *
 * ```ts
 * const products = createCachedSingleflight({ ttlMs: 30_000, staleMs: 10_000, admission })
 * const { value } = await products.get(id, (signal) => load(id, signal))
 * ```
 *
 * `lru-cache` holds the entries, and nothing else of it is used: how long they are good for is decided here.
 *
 * @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range.
 */
export function createCachedSingleflight(
  options: CachedSingleflightOptions = {},
): CachedSingleflight<AbortSignal> {
  const { admission, ...rest } = Object(options) as CachedSingleflightOptions
  if (admission !== undefined && typeof admission?.tryAcquire !== 'function') {
    throw new InvalidOptionError('admission', 'made by createAdmission', admission)
  }
  // What is no object is refused there.
  const pure = options === Object(options) ? rest : options
  const mayRefresh = admission && (() => spareCapacity(admission))
  return new CachedSingleflight(
    { clock: systemClock, random: Math.random, newAbort, store: createStore(rest), mayRefresh },
    pure,
  )
}

/**
 * Told its bytes, not its entries, for which it would take memory at once. Before it would let go of one by itself, the
 * cache, which keeps both bounds, has.
 */
function createStore({ maxBytes }: PureOptions): LRUCache<NonNullable<unknown>, CacheEntry> {
  const isUsable = Number.isSafeInteger(maxBytes) && (maxBytes as number) > 0
  const maxSize = isUsable ? (maxBytes as number) : CACHED_SINGLEFLIGHT_DEFAULTS.maxBytes
  return new LRUCache({ maxSize, sizeCalculation: ({ bytes }) => bytes })
}
