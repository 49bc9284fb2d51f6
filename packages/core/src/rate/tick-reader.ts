import type { Clock } from '../time/clock.ts'

const TICKS_PER_MS = 1_000
/** Far below a tick, and above what rounding loses: an instant on the grid must not fall below it. */
const GRACE = 1 / 64

/** How long `ticks` last, in milliseconds. */
export function msOfTicks(ticks: number): number {
  return ticks / TICKS_PER_MS
}

/** How many ticks are over after `ms`. */
export function ticksOfMs(ms: number): number {
  return Math.floor(ms * TICKS_PER_MS + GRACE)
}

/**
 * Reads a clock in whole ticks of a microsecond, which fit into 2^53 for 285 years. It never goes back:
 * a clock that does, or that gives no number, stands still for as long.
 */
export class TickReader {
  readonly #clock: Clock
  #last: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#last = Number.NEGATIVE_INFINITY
  }

  /** O(1). */
  now(): number {
    const tick = ticksOfMs(this.#clock.nowMs())
    // The comparison is false for NaN as well. An infinite instant would make every difference useless.
    if (tick > this.#last && tick < Number.MAX_SAFE_INTEGER) this.#last = tick
    return this.#last === Number.NEGATIVE_INFINITY ? 0 : this.#last
  }
}
