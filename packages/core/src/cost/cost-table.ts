import { ownCopy } from '../rate/bounded-key.ts'

/** The mean of the first 20, then an average in which the newest weighs so much. */
const NEWEST_WEIGHT = 0.05
/** How often the hand has to pass by before a key that was in use is given up. */
const MAX_LIVES = 7
/** Places looked at for a newcomer; when all are in use, it has to come again. */
const LOOKED_AT = 8

interface CostEntry {
  readonly key: string
  meanMs: number
  count: number
  /** One more with each observation, half with each pass of the hand. */
  lives: number
}

/**
 * A bounded table of averages by key. When it is full, a newcomer takes the place of a key that has not
 * been seen lately; one that is seen often outlives any number of keys that are seen once, so keys that
 * somebody makes up push out each other. O(1): at most 8 places are looked at.
 *
 * Source: the second-chance clock of Corbató, "A paging experiment with the Multics system" (1968), with
 * a count for the reference bit as in Smith's generalised clock (1978).
 */
export class CostTable {
  readonly #maxKeys: number
  readonly #entries = new Map<string, CostEntry>()
  readonly #places: CostEntry[] = []
  #hand = 0

  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys
  }

  get size(): number {
    return this.#places.length
  }

  meanOf(key: string): number | undefined {
    return this.#entries.get(key)?.meanMs
  }

  add(key: string, ms: number): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) {
      this.#enter({ key: ownCopy(key), meanMs: ms, count: 1, lives: 1 })
      return
    }
    entry.count += 1
    entry.lives = Math.min(entry.lives + 1, MAX_LIVES)
    entry.meanMs += Math.max(1 / entry.count, NEWEST_WEIGHT) * (ms - entry.meanMs)
  }

  #enter(entry: CostEntry): void {
    if (this.#places.length < this.#maxKeys) {
      this.#places.push(entry)
      this.#entries.set(entry.key, entry)
      return
    }
    for (let left = Math.min(LOOKED_AT, this.#maxKeys); left > 0; left -= 1) {
      const place = this.#hand
      this.#hand = (place + 1) % this.#maxKeys
      const victim = this.#places[place] as CostEntry
      victim.lives >>= 1
      if (victim.lives > 0) continue
      this.#entries.delete(victim.key)
      this.#places[place] = entry
      this.#entries.set(entry.key, entry)
      return
    }
  }
}
