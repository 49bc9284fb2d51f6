/** From which share of the waiting room on a tier is shed. `critical` never is. */
export interface ShedAt {
  /** Above 0, up to 1. Default 0.8. */
  readonly important?: number | undefined
  /** Above 0, up to `important`. Default 0.5. */
  readonly optional?: number | undefined
  /** Above 0, up to `optional`. Default 0.2. */
  readonly opportunistic?: number | undefined
}

/**
 * How a tier's share of the room is kept.
 *
 * - `threshold`: everybody is shed above it, nobody below it.
 * - `random`: already below it arrivals are shed at random, in proportion to what is taken of the share.
 * - `depth-squared`: the same by the square of it: seldom while the room is emptier.
 */
export type Shedding = 'threshold' | 'random' | 'depth-squared'

export interface ShedThresholds {
  readonly important: number
  readonly optional: number
  readonly opportunistic: number
}

export const SHED_AT_DEFAULTS: ShedThresholds = Object.freeze({
  important: 0.8,
  optional: 0.5,
  opportunistic: 0.2,
})

/** A tier that is being shed comes back when the room is emptier by this share, so that it does not flap. */
const HYSTERESIS = 0.05

/**
 * Sheds by importance before the waiting room is full, so that its last places are kept for those that
 * matter most. O(1).
 */
export class TierGate {
  /** By rank. */
  readonly #shedAt: readonly number[]
  readonly #shedding: boolean[] = [false, false, false, false]
  readonly #kind: Shedding
  readonly #random: () => number

  constructor(
    { important, optional, opportunistic }: ShedThresholds,
    kind: Shedding = 'threshold',
    random: () => number = (): number => 0,
  ) {
    this.#shedAt = [Number.POSITIVE_INFINITY, important, optional, opportunistic]
    this.#kind = kind
    this.#random = random
  }

  /**
   * Whether a request of this rank is to be shed when `fill` (0 to 1, or above) of the room is taken.
   * It remembers its last answer for the tier, which is what makes the hysteresis.
   */
  sheds(rank: number, fill: number): boolean {
    const threshold = this.#shedAt[rank] as number
    // However low the threshold, an emptier room must bring the tier back.
    const from = this.#shedding[rank] ? threshold - Math.min(HYSTERESIS, threshold / 2) : threshold
    const sheds = fill >= from
    this.#shedding[rank] = sheds
    return sheds || (this.#kind !== 'threshold' && this.#shedsByChance(fill / threshold))
  }

  /** Which part of all places a tier may use: above 0, up to 1. */
  shareOf(rank: number): number {
    return Math.min(1, this.#shedAt[rank] as number)
  }

  /** How many of `places` that are. At least one. */
  placesOf(rank: number, places: number): number {
    return Math.max(1, Math.ceil(places * this.shareOf(rank)))
  }

  #shedsByChance(taken: number): boolean {
    return this.#random() < (this.#kind === 'random' ? taken : taken * taken)
  }
}
