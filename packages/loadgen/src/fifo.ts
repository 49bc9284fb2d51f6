const COMPACT_AT = 1024

/** First in, first out, without the copy that `Array.shift` makes of long arrays. */
export class Fifo<Item> {
  #items: Item[] = []
  #first = 0

  get size(): number {
    return this.#items.length - this.#first
  }

  push(item: Item): void {
    this.#items.push(item)
  }

  /** The oldest item, or undefined when there is none. */
  peek(): Item | undefined {
    return this.#items[this.#first]
  }

  drop(): void {
    if (this.size === 0) return
    this.#first += 1
    // Half of the array at least is cut off, so each item is copied once at most on average.
    if (this.#first < COMPACT_AT || this.#first * 2 < this.#items.length) return
    this.#items = this.#items.slice(this.#first)
    this.#first = 0
  }
}
