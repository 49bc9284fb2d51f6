/** What is kept for a key: a value, or the error that the last load ended with. */
export interface CacheEntry {
  readonly hasValue: boolean
  readonly value: unknown
  /** What it counts for against `maxBytes`: an integer, at least 1. */
  readonly bytes: number
  /** When its load ended, and how long that took. */
  readonly storedAtMs: number
  readonly loadMs: number
  /** The end of its TTL, or of the negative TTL of an error. */
  readonly freshUntilMs: number
  readonly tags: readonly string[]
  /** How many invalidations by tag there had been when it was stored. */
  readonly epoch: number
  /** What the last load threw since then, if it failed. */
  error: unknown
  /** After a failed load no other is started before this instant, as long as the value serves. */
  retryAtMs: number
  /** Asked for since it was stored, or last spared: see `CacheShelf`. */
  isUsed: boolean
}

/**
 * What an entry is good for: `fresh` as it is; `stale` as it is, with a refresh; `bridge` if the load fails;
 * `failed` to throw its error again; `dead` for nothing.
 */
export type EntryState = 'fresh' | 'stale' | 'bridge' | 'failed' | 'dead'

export interface StaleWindows {
  readonly staleMs: number
  readonly staleIfErrorMs: number
}

export function judgeEntry(entry: CacheEntry, nowMs: number, windows: StaleWindows): EntryState {
  const { hasValue, freshUntilMs } = entry
  if (nowMs < freshUntilMs) return hasValue ? 'fresh' : 'failed'
  if (!hasValue) return 'dead'
  if (nowMs < freshUntilMs + windows.staleMs) return 'stale'
  return nowMs < freshUntilMs + windows.staleIfErrorMs ? 'bridge' : 'dead'
}
