import { DURATION_BOUNDS } from '../catalog.ts'

/** Counts durations by buckets. Counting is a search of five steps and three additions; it allocates nothing. */
export class DurationHistogram {
  /** By bucket, each on its own; the last is for what is beyond every bound. */
  readonly #counts = new Float64Array(DURATION_BOUNDS.length + 1)
  #sum = 0

  get sum(): number {
    return this.#sum
  }

  /** How many up to each bound, and at last of all. */
  get cumulative(): readonly number[] {
    let total = 0
    return Array.from(this.#counts, (count) => {
      total += count
      return total
    })
  }

  record(seconds: number): void {
    let low = 0
    let high = DURATION_BOUNDS.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (seconds <= (DURATION_BOUNDS[middle] as number)) high = middle
      else low = middle + 1
    }
    ;(this.#counts[low] as number) += 1
    this.#sum += seconds
  }
}
