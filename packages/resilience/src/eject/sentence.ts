/** The count of earlier sentences sinks by one for each tenth of the longest sentence that went well. */
const FORGIVEN_RATIO = 0.1

/** How long somebody is set aside: longer each time, and less again after having been well for long. O(1). */
export class Sentence {
  #count = 0
  #untilMs = Number.NEGATIVE_INFINITY
  #isServed = true

  /** When the sentence at hand ends. */
  get untilMs(): number {
    return this.#untilMs
  }

  get isServed(): boolean {
    return this.#isServed
  }

  /** Begins one. How long it is, in milliseconds: `baseMs` × how many there have been, at most `mostMs`. */
  begin(nowMs: number, baseMs: number, mostMs: number): number {
    const wellMs = nowMs - this.#untilMs
    this.#count = Math.max(0, this.#count - Math.floor(wellMs / (mostMs * FORGIVEN_RATIO))) + 1
    const forMs = Math.min(mostMs, baseMs * this.#count)
    this.#untilMs = nowMs + forMs
    this.#isServed = false
    return forMs
  }

  end(nowMs: number): void {
    this.#untilMs = nowMs
    this.#isServed = true
  }
}
