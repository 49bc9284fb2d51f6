/**
 * An average that forgets: the plain mean of the first `warmupSamples` values, after which each new
 * one weighs 2 / (window + 1).
 */
export class ExponentialAverage {
  readonly #weight: number
  readonly #kept: number
  readonly #warmupSamples: number
  #count = 0
  #sum = 0
  #value = 0

  constructor(window: number, warmupSamples: number) {
    this.#weight = 2 / (window + 1)
    this.#kept = 1 - this.#weight
    this.#warmupSamples = warmupSamples
  }

  /** The average, or 0 before the first value. */
  get value(): number {
    return this.#value
  }

  add(value: number): void {
    if (this.#count < this.#warmupSamples) {
      this.#count += 1
      this.#sum += value
      this.#value = this.#sum / this.#count
    } else {
      this.#value = this.#value * this.#kept + value * this.#weight
    }
  }

  /**
   * Multiplies the average by `ratio`. During the warm-up the next value replaces it with the mean of
   * all again, as in the original.
   */
  scale(ratio: number): void {
    this.#value *= ratio
  }
}
