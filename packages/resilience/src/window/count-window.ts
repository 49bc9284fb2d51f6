const BUCKETS = 10

/**
 * How often each of a few things happened in the last `windowMs`: ten buckets in a ring, running totals.
 * What it counts is exact; how far it looks back is between 0.9 and 1 of the window. O(1), of fixed size.
 */
export class CountWindow {
  readonly #bucketMs: number
  readonly #kinds: number
  readonly #counts: Float64Array
  readonly #totals: Float64Array
  #bucket = 0

  /** @param kinds how many things are told apart; a kind is an index below it. */
  constructor(windowMs: number, kinds: number) {
    this.#bucketMs = windowMs / BUCKETS
    this.#kinds = kinds
    this.#counts = new Float64Array(BUCKETS * kinds)
    this.#totals = new Float64Array(kinds)
  }

  add(kind: number, nowMs: number): void {
    this.#advance(nowMs)
    const index = (this.#bucket % BUCKETS) * this.#kinds + kind
    this.#counts[index] = (this.#counts[index] as number) + 1
    this.#totals[kind] = (this.#totals[kind] as number) + 1
  }

  total(kind: number, nowMs: number): number {
    this.#advance(nowMs)
    return this.#totals[kind] as number
  }

  clear(): void {
    this.#counts.fill(0)
    this.#totals.fill(0)
  }

  #advance(nowMs: number): void {
    const bucket = Math.floor(nowMs / this.#bucketMs)
    // A clock that stands still or steps back counts into the bucket at hand.
    if (bucket <= this.#bucket) return
    if (bucket - this.#bucket >= BUCKETS) this.clear()
    else for (let next = this.#bucket + 1; next <= bucket; next += 1) this.#drop(next % BUCKETS)
    this.#bucket = bucket
  }

  #drop(slot: number): void {
    for (let kind = 0; kind < this.#kinds; kind += 1) {
      const index = slot * this.#kinds + kind
      this.#totals[kind] = (this.#totals[kind] as number) - (this.#counts[index] as number)
      this.#counts[index] = 0
    }
  }
}
