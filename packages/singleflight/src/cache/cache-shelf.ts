import type { CacheEntry } from './cache-entry.ts'
import type { CacheStore } from './cache-store.ts'

export interface ShelfBounds {
  readonly maxEntries: number
  readonly maxBytes: number
}

/** Longest run of entries that one eviction may spare: a full pass over a million would stop the service. */
const MAX_SPARED = 16

/**
 * A store kept within its bounds, whatever the store is.
 *
 * Who is put out: the oldest that was not asked for since it was stored or last spared ("second chance").
 * A hit only sets a flag, and a sweep over many keys pushes out itself and not what is in use.
 */
export class CacheShelf {
  readonly #store: CacheStore
  readonly #bounds: ShelfBounds
  /** Bytes of each key, oldest first. Entries that the store lost by itself are found out on the way. */
  readonly #bytesOf = new Map<unknown, number>()
  #bytes = 0
  #evictions = 0

  constructor(store: CacheStore, bounds: ShelfBounds) {
    this.#store = store
    this.#bounds = bounds
  }

  get size(): number {
    return this.#bytesOf.size
  }

  get bytes(): number {
    return this.#bytes
  }

  get evictions(): number {
    return this.#evictions
  }

  get(key: unknown): CacheEntry | undefined {
    const entry = this.#store.get(key)
    if (entry === undefined) this.#drop(key)
    else entry.isUsed = true
    return entry
  }

  /** False when it cannot be kept: larger than the whole, or of no size that counts. */
  put(key: unknown, entry: CacheEntry): boolean {
    const { bytes } = entry
    this.#drop(key)
    if (!(bytes > 0 && bytes <= this.#bounds.maxBytes)) {
      this.#store.delete(key)
      return false
    }
    this.#makeRoomFor(bytes)
    this.#bytesOf.set(key, bytes)
    this.#bytes += bytes
    this.#store.set(key, entry)
    return true
  }

  delete(key: unknown): void {
    this.#drop(key)
    this.#store.delete(key)
  }

  clear(): void {
    this.#bytesOf.clear()
    this.#bytes = 0
    this.#store.clear()
  }

  #makeRoomFor(wanted: number): void {
    const { maxEntries, maxBytes } = this.#bounds
    let spared = 0
    while (this.size >= maxEntries || this.#bytes + wanted > maxBytes) {
      const [key, bytes] = this.#bytesOf.entries().next().value as [unknown, number]
      const entry = this.#store.get(key)
      if (entry?.isUsed === true && spared < MAX_SPARED) {
        spared += 1
        entry.isUsed = false
        this.#bytesOf.delete(key)
        this.#bytesOf.set(key, bytes)
        continue
      }
      this.delete(key)
      if (entry !== undefined) this.#evictions += 1
    }
  }

  #drop(key: unknown): void {
    const bytes = this.#bytesOf.get(key)
    if (bytes === undefined) return
    this.#bytesOf.delete(key)
    this.#bytes -= bytes
  }
}
