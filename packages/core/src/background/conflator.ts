import {
  checkFunction,
  checkInteger,
  checkKnownOptions,
  checkOneOf,
} from '../option/check-option.ts'
import type { DropOrder } from './drop-buffer.ts'

export interface ConflatorOptions<Value> {
  /** Most keys kept. Integer from 1 to 1,000,000. */
  readonly maxKeys: number
  /** Which key makes way for a new one when there is no room. Default `oldest`. */
  readonly drop?: DropOrder | undefined
  /** What two values of a key become together. Default the newer one. */
  readonly merge?: ((older: Value, newer: Value) => Value) | undefined
}

/**
 * Keeps the latest value of each key until somebody takes it: for prices, positions, gauges, where a
 * reader that is slow wants the present and not the past. A key keeps its place when its value changes,
 * so that one that changes all the time does not hold up the others, nor itself. Everything is O(1).
 */
export class Conflator<Key, Value> {
  readonly #maxKeys: number
  readonly #drop: DropOrder
  readonly #merge: ((older: Value, newer: Value) => Value) | undefined
  /** In the order in which the keys came. */
  readonly #values = new Map<Key, Value>()
  #conflated = 0
  #dropped = 0

  /** @throws {InvalidOptionError} when an option is missing, unknown, of the wrong type, or out of range. */
  constructor(options: ConflatorOptions<Value>) {
    checkKnownOptions('options', options, ['maxKeys', 'drop', 'merge'])
    const { maxKeys, drop = 'oldest', merge } = options
    checkInteger('maxKeys', maxKeys, { min: 1, max: 1_000_000 })
    checkOneOf('drop', drop, ['oldest', 'newest'])
    if (merge !== undefined) checkFunction('merge', merge)
    this.#maxKeys = maxKeys
    this.#drop = drop
    this.#merge = merge
  }

  /** Keys with a value. */
  get size(): number {
    return this.#values.size
  }

  /** Values that a newer one of their key replaced, or was merged with. */
  get conflated(): number {
    return this.#conflated
  }

  /** Keys lost with their values for want of room. */
  get dropped(): number {
    return this.#dropped
  }

  /** Sets the value of a key. False when a key was lost for it, or it was itself. What `merge` throws leaves all as it was. */
  set(key: Key, value: Value): boolean {
    if (this.#values.has(key)) {
      const older = this.#values.get(key) as Value
      this.#values.set(key, this.#merge === undefined ? value : this.#merge(older, value))
      this.#conflated += 1
      return true
    }
    const isFull = this.#values.size >= this.#maxKeys
    if (isFull) {
      this.#dropped += 1
      if (this.#drop === 'newest') return false
      const [oldest] = this.#values.keys()
      this.#values.delete(oldest as Key)
    }
    this.#values.set(key, value)
    return !isFull
  }

  /** Takes out the keys that have been there longest, at most `most` of them. */
  take(most: number = Number.POSITIVE_INFINITY): [Key, Value][] {
    const taken: [Key, Value][] = []
    for (const entry of this.#values) {
      if (taken.length >= most) break
      this.#values.delete(entry[0])
      taken.push(entry)
    }
    return taken
  }
}
