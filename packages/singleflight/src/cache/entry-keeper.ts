import { type CacheEntry, judgeEntry } from './cache-entry.ts'
import { CacheShelf } from './cache-shelf.ts'
import type { CacheStore } from './cache-store.ts'
import type { ResolvedCacheOptions } from './cached-singleflight-options.ts'
import { ERROR_BYTES } from './rough-bytes.ts'
import { TagEpochs } from './tag-epochs.ts'

/** A load that has ended. */
export interface EndedLoad {
  readonly key: unknown
  readonly tags: readonly string[]
  readonly startedMs: number
  readonly endedMs: number
}

/** What a load hands to all who wait for it. */
export interface Loaded {
  readonly value: unknown
  readonly storedAtMs: number
  readonly freshUntilMs: number
}

interface KeeperParts {
  readonly random: () => number
  readonly store: CacheStore
}

/** Decides what becomes of a result: for how long it is kept, or whether at all. */
export class EntryKeeper {
  readonly #random: () => number
  readonly #options: ResolvedCacheOptions
  readonly #shelf: CacheShelf
  readonly #tagEpochs: TagEpochs
  #tooLarge = 0

  constructor({ random, store }: KeeperParts, options: ResolvedCacheOptions) {
    this.#random = random
    this.#options = options
    this.#shelf = new CacheShelf(store, options)
    this.#tagEpochs = new TagEpochs(options.maxEntries)
  }

  find(key: unknown): CacheEntry | undefined {
    const entry = this.#shelf.get(key)
    if (entry === undefined || !this.#tagEpochs.isOutdated(entry.tags, entry.epoch)) return entry
    this.#shelf.delete(key)
    return undefined
  }

  delete(key: unknown): void {
    this.#shelf.delete(key)
  }

  clear(): void {
    this.#shelf.clear()
    this.#tagEpochs.clear()
  }

  invalidateTag(tag: string): void {
    this.#tagEpochs.invalidate(tag)
  }

  /** What is left of the TTL drawn for it goes with the value; it is kept only if `isCurrent`. */
  takeValue(value: unknown, load: EndedLoad, isCurrent: boolean): Loaded {
    const { key, endedMs } = load
    const ttlMs = this.#drawTtlMs(value, key)
    const loaded = { value, storedAtMs: endedMs, freshUntilMs: endedMs + ttlMs }
    if (!isCurrent) return loaded
    // What was kept before is older than what must not be kept now.
    if (ttlMs === 0) this.#shelf.delete(key)
    else this.#put(load, { ...loaded, error: undefined }, this.#options.sizeOf(value, key))
    return loaded
  }

  /** A value that may stand in stays, and spares the origin for a while; else the error itself is kept, if asked. */
  takeError(error: unknown, load: EndedLoad): void {
    const { key, endedMs } = load
    const kept = this.find(key)
    if (kept?.hasValue === true && judgeEntry(kept, endedMs, this.#options) !== 'dead') {
      kept.error = error
      kept.retryAtMs = endedMs + this.#options.retryAfterErrorMs
      return
    }
    const { negativeTtlMs } = this.#options
    const asked = typeof negativeTtlMs === 'function' ? negativeTtlMs(error, key) : negativeTtlMs
    if (!(asked > 0)) return
    const failed = { storedAtMs: endedMs, freshUntilMs: endedMs + asked, error }
    this.#put(load, failed, ERROR_BYTES)
  }

  snapshot(): { entries: number; bytes: number; evictions: number; tooLarge: number } {
    const { size: entries, bytes, evictions } = this.#shelf
    return { entries, bytes, evictions, tooLarge: this.#tooLarge }
  }

  #drawTtlMs(value: unknown, key: unknown): number {
    const { ttlMs, ttlJitterRatio } = this.#options
    const asked = typeof ttlMs === 'function' ? ttlMs(value, key) : ttlMs
    if (!(asked > 0)) return 0
    return asked * (1 + ttlJitterRatio * (2 * this.#random() - 1))
  }

  #put({ key, tags, startedMs, endedMs }: EndedLoad, result: Result, bytes: number): void {
    const entry: CacheEntry = {
      hasValue: 'value' in result,
      value: result.value,
      bytes: bytes >= 0 ? Math.max(1, Math.ceil(bytes)) : Number.NaN,
      storedAtMs: result.storedAtMs,
      loadMs: endedMs - startedMs,
      freshUntilMs: result.freshUntilMs,
      tags,
      epoch: this.#tagEpochs.current,
      error: result.error,
      retryAtMs: endedMs,
      isUsed: false,
    }
    if (!this.#shelf.put(key, entry)) this.#tooLarge += 1
  }
}

interface Result {
  readonly value?: unknown
  readonly storedAtMs: number
  readonly freshUntilMs: number
  readonly error: unknown
}
