import {
  checkInteger,
  checkKnownOptions,
  checkNumber,
  definedOptions,
} from '../option/check-option.ts'
import { boundedKey } from '../rate/bounded-key.ts'
import { CostTable } from './cost-table.ts'

/** Longest time that one observation can count as; a request that hangs for an hour says no more. */
const MAX_HELD_MS = 60_000
const NEWEST_WEIGHT = 0.01

export interface LearnedCostOptions {
  /** Held time that makes one unit of cost, in milliseconds. From 0.01 to 60,000. Default 1. */
  readonly unitMs?: number | undefined
  /** Highest cost it answers. Integer from 1 to 1,000,000. Default 1,000. */
  readonly maxCost?: number | undefined
  /** Most routes it remembers. Integer from 1 to 100,000. Default 1,024 (about 150 kB). */
  readonly maxKeys?: number | undefined
}

const DEFAULTS: Required<LearnedCostOptions> = Object.freeze({
  unitMs: 1,
  maxCost: 1_000,
  maxKeys: 1_024,
})

/**
 * What a request of a route will probably cost: the time for which requests of it have held a permit, as
 * an average that forgets. An unknown route costs what is typical. Every operation is O(1).
 *
 * Explained in docs/algorithms/learned-cost.md.
 */
export class LearnedCost {
  readonly #unitMs: number
  readonly #maxCost: number
  readonly #table: CostTable
  // A field that begins as undefined would box every fraction stored in it later.
  #typicalMs = 0
  #observed = 0

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range. */
  constructor(options: LearnedCostOptions = {}) {
    checkKnownOptions('cost', options, Object.keys(DEFAULTS))
    const { unitMs, maxCost, maxKeys } = { ...DEFAULTS, ...definedOptions(options) }
    checkNumber('cost.unitMs', unitMs, { min: 0.01, max: 60_000 })
    checkInteger('cost.maxCost', maxCost, { min: 1, max: 1_000_000 })
    checkInteger('cost.maxKeys', maxKeys, { min: 1, max: 100_000 })
    this.#unitMs = unitMs
    this.#maxCost = maxCost
    this.#table = new CostTable(maxKeys)
  }

  /** Held time that a request of any route takes on average, in milliseconds; 0 before the first. */
  get typicalMs(): number {
    return this.#typicalMs
  }

  /** Held time to expect of a request of `key`, in milliseconds; what is typical when nothing is known of it. */
  expectedMs(key: unknown): number {
    return this.#table.meanOf(boundedKey(key)) ?? this.#typicalMs
  }

  /** The same in units of cost: an integer from 1 to `maxCost`. */
  costOf(key: unknown): number {
    const units = Math.round(this.expectedMs(key) / this.#unitMs)
    return Math.min(Math.max(units, 1), this.#maxCost)
  }

  /** A request of `key` has held its permit for `heldMs`. What is no number, or below 0, teaches nothing. */
  onRelease(key: unknown, heldMs: number): void {
    if (typeof heldMs !== 'number' || !(heldMs >= 0)) return
    const boundedMs = Math.min(heldMs, MAX_HELD_MS)
    this.#observed += 1
    const weight = Math.max(1 / this.#observed, NEWEST_WEIGHT)
    this.#typicalMs += weight * (boundedMs - this.#typicalMs)
    this.#table.add(boundedKey(key), boundedMs)
  }

  /** Routes remembered, and the average over all. */
  snapshot(): { readonly keys: number; readonly typicalMs: number } {
    return { keys: this.#table.size, typicalMs: this.#typicalMs }
  }
}
