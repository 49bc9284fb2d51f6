import type { Passage } from '../admission/passage.ts'
import { TIERS } from '../shed/tier.ts'
import type { Clock } from '../time/clock.ts'
import { DrainRate } from './drain-rate.ts'
import { ExpiryWheel } from './expiry-wheel.ts'
import { WaitingLine } from './waiting-line.ts'

/** Everybody who waits: a line a tier, most important first. Adding, removing and finding are O(1). */
export class WaitingRoom {
  /** Most important first. */
  readonly #lines: readonly WaitingLine[] = TIERS.map((_tier, rank) => new WaitingLine(rank))
  readonly #wheel: ExpiryWheel
  readonly #drainRate = new DrainRate()
  #queued = 0

  constructor(clock: Clock, onExpired: (passage: Passage, nowMs: number) => void) {
    this.#wheel = new ExpiryWheel(clock, onExpired)
  }

  get queued(): number {
    return this.#queued
  }

  /** Waiters served per millisecond while there was a backlog; 0 when there has been none. */
  get drainPerMs(): number {
    return this.#drainRate.perMs
  }

  lineOf(rank: number): WaitingLine {
    return this.#lines[rank] as WaitingLine
  }

  /** The most important line that has a waiter. */
  first(): WaitingLine | undefined {
    for (const line of this.#lines) if (line.length > 0) return line
    return undefined
  }

  /** The least important line that has a waiter. */
  last(): WaitingLine | undefined {
    for (let rank = this.#lines.length - 1; rank >= 0; rank -= 1) {
      if (this.lineOf(rank).length > 0) return this.lineOf(rank)
    }
    return undefined
  }

  add(passage: Passage, nowMs: number): void {
    if (this.#queued === 0) this.#drainRate.onBacklog(nowMs)
    this.#queued += 1
    this.lineOf(passage.rank).add(passage, nowMs)
    this.#wheel.add(passage, nowMs)
  }

  /** Takes a waiter out because its turn has come. */
  start(passage: Passage, nowMs: number): void {
    this.remove(passage)
    this.#drainRate.onStart(nowMs)
  }

  remove(passage: Passage): void {
    this.#queued -= 1
    this.lineOf(passage.rank).remove(passage)
    this.#wheel.remove(passage)
  }

  /** Disarms the timer. */
  stop(): void {
    this.#wheel.stop()
  }
}
