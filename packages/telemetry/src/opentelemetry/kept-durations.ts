/** So many of one series between two recordings: more than there is time to record anyway. */
const MAX_KEPT = 512

/** Durations of one series, in seconds, until they are recorded. To keep one is to store a number. */
export class KeptDurations {
  readonly #values = new Float64Array(MAX_KEPT)
  #count = 0
  /** False when there is no place for it. */
  tryKeep(seconds: number): boolean {
    if (this.#count === MAX_KEPT) return false
    this.#values[this.#count] = seconds
    this.#count += 1
    return true
  }

  /** Hands out what was kept while there is time. Returns how many were left, which are lost. */
  empty(hasTime: () => boolean, record: (seconds: number) => void): number {
    const count = this.#count
    let recorded = 0
    while (recorded < count && hasTime()) {
      record(this.#values[recorded] as number)
      recorded += 1
    }
    this.#count = 0
    return count - recorded
  }
}
