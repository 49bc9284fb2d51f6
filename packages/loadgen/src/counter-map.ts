/** Keys come from a server's answers: whatever it sends, memory stays bounded. */
const MAX_KEYS = 64

/** Counts by a key that is not known beforehand; what exceeds 64 keys is counted as `other`. */
export class CounterMap {
  readonly #counts = new Map<string, number>()

  increment(key: string, by = 1): void {
    const known = this.#counts.has(key) || this.#counts.size < MAX_KEYS ? key : 'other'
    this.#counts.set(known, (this.#counts.get(known) ?? 0) + by)
  }

  add(other: CounterMap): void {
    for (const [key, count] of other.#counts) this.increment(key, count)
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries(this.#counts)
  }
}
