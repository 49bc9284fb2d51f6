import type { SingleflightSnapshot } from '../flight/singleflight.ts'
import type { CacheSource } from './cache-answer.ts'

/** Since construction. */
export interface CacheCounts {
  /** Answers by their source. */
  readonly hits: number
  readonly stale: number
  readonly misses: number
  readonly collapsed: number
  /** Remembered errors thrown again. */
  readonly negativeHits: number
  /** Loads that nobody waited for, how many of them failed, and how many `mayRefresh` held back. */
  readonly refreshes: number
  readonly refreshFailures: number
  readonly heldBack: number
  /** Errors thrown by `onRefreshError` itself. */
  readonly listenerErrors: number
}

export interface CachedSingleflightSnapshot extends CacheCounts {
  /** Kept now, errors included; a store that loses entries by itself may hold fewer. */
  readonly entries: number
  readonly bytes: number
  /** Put out at a bound. */
  readonly evictions: number
  /** Loaded and not kept, for their size. */
  readonly tooLarge: number
  readonly flights: SingleflightSnapshot
}

const COUNTED_AS = { hit: 'hits', stale: 'stale', miss: 'misses', collapsed: 'collapsed' } as const

export class CacheCounters {
  readonly #counts = {
    hits: 0,
    stale: 0,
    misses: 0,
    collapsed: 0,
    negativeHits: 0,
    refreshes: 0,
    refreshFailures: 0,
    heldBack: 0,
    listenerErrors: 0,
  }

  count(name: Exclude<keyof CacheCounts, 'hits' | 'stale' | 'misses' | 'collapsed'>): void {
    this.#counts[name] += 1
  }

  countAnswer(source: CacheSource): void {
    this.#counts[COUNTED_AS[source]] += 1
  }

  snapshot(): CacheCounts {
    return { ...this.#counts }
  }
}
