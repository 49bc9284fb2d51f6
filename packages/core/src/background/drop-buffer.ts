import { checkInteger, checkKnownOptions, checkOneOf } from '../option/check-option.ts'

const FIRST_SIZE = 16

/** What makes way when there is no room: what has been there longest, or what comes. */
export type DropOrder = 'oldest' | 'newest'

export interface DropBufferOptions {
  /** Most items kept. Integer from 1 to 1,000,000. */
  readonly maxItems: number
  /** Default `oldest`: the latest is worth most. `newest` keeps what led up to it. */
  readonly drop?: DropOrder | undefined
}

/**
 * A bounded buffer between work that must not wait and work that may: telemetry, audit lines, whatever
 * is better lost than in the way. Adding never blocks and never throws; what is lost is counted. Adding
 * and taking are O(1), and the memory follows what is in it.
 */
export class DropBuffer<Item> {
  readonly #maxItems: number
  readonly #drop: DropOrder
  #ring: (Item | undefined)[] = new Array(FIRST_SIZE).fill(undefined)
  #first = 0
  #size = 0
  #dropped = 0

  /** @throws {InvalidOptionError} when an option is missing, unknown, of the wrong type, or out of range. */
  constructor(options: DropBufferOptions) {
    checkKnownOptions('options', options, ['maxItems', 'drop'])
    const { maxItems, drop = 'oldest' } = options
    checkInteger('maxItems', maxItems, { min: 1, max: 1_000_000 })
    checkOneOf('drop', drop, ['oldest', 'newest'])
    this.#maxItems = maxItems
    this.#drop = drop
  }

  get size(): number {
    return this.#size
  }

  /** Items lost for want of room, since the start. */
  get dropped(): number {
    return this.#dropped
  }

  /** Adds an item. False when one was lost for it, or it was itself. */
  add(item: Item): boolean {
    const isFull = this.#size === this.#maxItems
    if (isFull) {
      this.#dropped += 1
      if (this.#drop === 'newest') return false
      this.#shift()
    }
    if (this.#size === this.#ring.length) this.#resize(this.#size * 2)
    this.#ring[(this.#first + this.#size) % this.#ring.length] = item
    this.#size += 1
    return !isFull
  }

  /** Takes out the oldest items, at most `most` of them, oldest first. */
  take(most: number = Number.POSITIVE_INFINITY): Item[] {
    const items: Item[] = []
    while (items.length < most && this.#size > 0) items.push(this.#shift())
    if (this.#size === 0 && this.#ring.length > FIRST_SIZE) this.#resize(FIRST_SIZE)
    return items
  }

  #shift(): Item {
    const item = this.#ring[this.#first] as Item
    this.#ring[this.#first] = undefined
    this.#first = (this.#first + 1) % this.#ring.length
    this.#size -= 1
    return item
  }

  #resize(length: number): void {
    const ring: (Item | undefined)[] = new Array(length).fill(undefined)
    for (let index = 0; index < this.#size; index += 1) {
      ring[index] = this.#ring[(this.#first + index) % this.#ring.length]
    }
    this.#ring = ring
    this.#first = 0
  }
}
