import type { CacheEntry } from './cache-entry.ts'

/**
 * Where entries are kept: as much of a `Map` as is used, and of an `lru-cache`. It belongs to
 * one `CachedSingleflight`, which keeps the bounds; it may lose entries by itself as well, whenever it likes.
 */
export interface CacheStore {
  get(key: unknown): CacheEntry | undefined
  set(key: unknown, entry: CacheEntry): unknown
  delete(key: unknown): unknown
  clear(): unknown
}
