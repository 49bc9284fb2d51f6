import type { CallerSignal } from '../flight/abort.ts'
import type { Work } from '../flight/flight.ts'
import { type RunOptions, Singleflight } from '../flight/singleflight.ts'
import { InvalidOptionError } from '../option/invalid-option-error.ts'
import type { CacheAnswer, CacheSource } from './cache-answer.ts'
import { CacheCounters, type CachedSingleflightSnapshot } from './cache-counters.ts'
import { type CacheEntry, judgeEntry } from './cache-entry.ts'
import { CacheLoader } from './cache-loader.ts'
import { type CachedSingleflightParts, checkCacheParts } from './cache-parts.ts'
import {
  type CachedSingleflightOptions,
  type ResolvedCacheOptions,
  resolveCacheOptions,
} from './cached-singleflight-options.ts'
import { isRefreshDue } from './early-refresh.ts'
import { EntryKeeper, type Loaded } from './entry-keeper.ts'

/** What one caller says about itself, and about the key. */
export interface GetOptions extends RunOptions {
  /** What `invalidateTag` finds the entry by. They belong to the key: those of the call that loads count. */
  readonly tags?: readonly string[] | undefined
}

interface Request<Value, Signal> {
  readonly key: unknown
  readonly load: Work<Value, Signal>
  readonly options: GetOptions
}

/**
 * A bounded cache in which each key is loaded once at a time: fresh values are served at once, stale ones
 * while one call refreshes them or when a load fails, and errors are shared, and remembered if asked.
 *
 * One key has one kind of value: the type is that of the `load` handed in. Explained in
 * docs/algorithms/singleflight.md and docs/algorithms/xfetch.md.
 */
export class CachedSingleflight<Signal extends CallerSignal = CallerSignal> {
  readonly #parts: CachedSingleflightParts<Signal>
  readonly #options: ResolvedCacheOptions
  readonly #flights: Singleflight<Signal>
  readonly #keeper: EntryKeeper
  readonly #loader: CacheLoader<Signal>
  readonly #counters = new CacheCounters()

  constructor(
    dependencies: CachedSingleflightParts<Signal>,
    options: CachedSingleflightOptions = {},
  ) {
    checkCacheParts(dependencies)
    this.#parts = { ...dependencies }
    this.#options = resolveCacheOptions(options)
    const { clock, random, newAbort, store = new Map() } = dependencies
    const { maxFlights, maxFollowers, maxAgeMs } = this.#options
    // Copies are made of answers, here, so that what is kept is nobody's.
    this.#flights = new Singleflight({ clock, newAbort }, { maxFlights, maxFollowers, maxAgeMs })
    this.#keeper = new EntryKeeper({ random, store }, this.#options)
    this.#loader = new CacheLoader({ clock, keeper: this.#keeper })
  }

  /**
   * The value of `key`, from the cache if it is there, else from `load`. Rejects with what the load threw if
   * no kept value may stand in for it, and with the reason of `options.signal` when that comes first.
   */
  get<Value>(
    key: unknown,
    load: Work<Value, Signal>,
    options: GetOptions = {},
  ): Promise<CacheAnswer<Value>> {
    const { signal, tags } = options
    if (signal?.aborted === true) return Promise.reject(signal.reason)
    if (tags !== undefined && !Array.isArray(tags)) {
      return Promise.reject(new InvalidOptionError('tags', 'an array of strings', tags))
    }
    try {
      return this.#find({ key, load, options })
    } catch (error) {
      // What was handed in threw: `copy`, `mayRefresh`, the store.
      return Promise.reject(error)
    }
  }

  /** What is kept and may be served, stale values included, without a load or a refresh: for when there is no room for one. */
  peek<Value>(key: unknown): CacheAnswer<Value> | undefined {
    return this.#standIn<Value>(key)
  }

  /** What is kept for the key is gone, and what is being loaded for it will not be kept: the next call loads. */
  invalidate(key: unknown): void {
    this.#keeper.delete(key)
    this.#flights.forget(key)
  }

  /** `invalidate` for all keys whose value was, or is being, loaded with this tag. */
  invalidateTag(tag: string): void {
    this.#keeper.invalidateTag(tag)
    for (const key of this.#loader.keysWithTag(tag)) this.#flights.forget(key)
  }

  /** `invalidate` for all keys. */
  clear(): void {
    this.#keeper.clear()
    this.#flights.forgetAll()
  }

  snapshot(): CachedSingleflightSnapshot {
    const flights = this.#flights.snapshot()
    return { ...this.#keeper.snapshot(), ...this.#counters.snapshot(), flights }
  }

  #find<Value>(request: Request<Value, Signal>): Promise<CacheAnswer<Value>> {
    const entry = this.#keeper.find(request.key)
    if (entry === undefined) return this.#load(request)
    const nowMs = this.#parts.clock.nowMs()
    switch (judgeEntry(entry, nowMs, this.#options)) {
      case 'fresh':
        if (this.#isRefreshDue(entry, nowMs)) this.#refresh(request, entry, nowMs)
        return Promise.resolve(this.#answer<Value>(entry, nowMs, 'hit'))
      case 'stale':
        this.#refresh(request, entry, nowMs)
        return Promise.resolve(this.#answer<Value>(entry, nowMs, 'stale'))
      case 'bridge':
        // It failed a moment ago: asking again would make each caller wait for the same failure.
        if (nowMs >= entry.retryAtMs) return this.#load(request)
        return Promise.resolve(this.#answer<Value>(entry, nowMs, 'stale'))
      case 'failed':
        this.#counters.count('negativeHits')
        return Promise.reject(entry.error)
      case 'dead':
        this.#keeper.delete(request.key)
        return this.#load(request)
    }
  }

  #load<Value>({ key, load, options }: Request<Value, Signal>): Promise<CacheAnswer<Value>> {
    const { signal, tags = [] } = options
    let source: CacheSource = 'miss'
    const onJoin = (): void => {
      source = 'collapsed'
      options.onJoin?.()
    }
    const work = this.#loader.workOf({ key, load, tags })
    return this.#flights.run(key, work, { signal, onJoin }).then(
      (loaded) => this.#answer<Value>(loaded, this.#parts.clock.nowMs(), source),
      (error) => {
        // Who left has its own reason; the others may be helped out with what is still there, now.
        const answer = signal?.aborted === true ? undefined : this.#standIn<Value>(key)
        if (answer === undefined) throw error
        return answer.source === 'hit' ? answer : { ...answer, error }
      },
    )
  }

  #isRefreshDue({ freshUntilMs, loadMs }: CacheEntry, nowMs: number): boolean {
    const beta = this.#options.earlyRefreshBeta
    return isRefreshDue({ remainingMs: freshUntilMs - nowMs, loadMs, beta }, this.#parts.random)
  }

  /** A load that nobody waits for, unless one is in the air. It gives up at the age at which it is joined no more. */
  #refresh<Value>(request: Request<Value, Signal>, entry: CacheEntry, nowMs: number): void {
    const { key, load, options } = request
    if (nowMs < entry.retryAtMs || this.#flights.has(key) || this.#flights.isFull) return
    const { clock, newAbort, mayRefresh } = this.#parts
    const leave = mayRefresh === undefined || mayRefresh()
    if (leave === false) {
      this.#counters.count('heldBack')
      return
    }
    this.#counters.count('refreshes')
    const giveBack = typeof leave === 'function' ? leave : () => {}
    try {
      const abort = newAbort()
      const cancel = clock.schedule(this.#options.maxAgeMs, () => abort.abort())
      const work = this.#loader.workOf({ key, load, tags: options.tags ?? entry.tags })
      const refreshed = this.#flights.run(key, work, { signal: abort.signal }).finally(cancel)
      const onError = (error: unknown) => this.#onRefreshError(error, key)
      refreshed.finally(giveBack).catch(onError)
    } catch (error) {
      giveBack()
      throw error
    }
  }

  #onRefreshError(error: unknown, key: unknown): void {
    this.#counters.count('refreshFailures')
    try {
      this.#options.onRefreshError?.(error, key)
    } catch {
      // Nobody waits for a refresh: what its listener throws would be an unhandled rejection, and end the process.
      this.#counters.count('listenerErrors')
    }
  }

  /** What may be served instead of a load. */
  #standIn<Value>(key: unknown): CacheAnswer<Value> | undefined {
    const entry = this.#keeper.find(key)
    if (entry === undefined) return undefined
    const nowMs = this.#parts.clock.nowMs()
    const state = judgeEntry(entry, nowMs, this.#options)
    if (state === 'dead' || state === 'failed') return undefined
    return this.#answer(entry, nowMs, state === 'fresh' ? 'hit' : 'stale')
  }

  #answer<Value>(
    from: Loaded & { readonly error?: unknown },
    nowMs: number,
    source: CacheSource,
  ): CacheAnswer<Value> {
    const { copy } = this.#options
    const kept = from.value as Value
    const value = copy === undefined ? kept : copy(kept)
    const ageMs = nowMs - from.storedAtMs
    const freshForMs = from.freshUntilMs - nowMs
    this.#counters.countAnswer(source)
    if (source !== 'stale' || from.error === undefined) return { value, source, ageMs, freshForMs }
    return { value, source, ageMs, freshForMs, error: from.error }
  }
}
