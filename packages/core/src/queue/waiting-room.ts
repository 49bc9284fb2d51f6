import type { RejectReason } from '../admission/decision.ts'
import type { Passage } from '../admission/passage.ts'
import type { FairShare } from '../fairness/fair-share.ts'
import { noteDeparture } from '../shed/slough.ts'
import { TIERS } from '../shed/tier.ts'
import type { Clock } from '../time/clock.ts'
import { DrainRate } from './drain-rate.ts'
import { ExpiryWheel } from './expiry-wheel.ts'
import { WaitingLine } from './waiting-line.ts'

/**
 * Everybody who waits: in order of arrival a tier, in order of turns between the flows of it, and by
 * when their time is up. Adding, removing and finding are O(1).
 */
export class WaitingRoom {
  /** Most important first. */
  readonly #lines: readonly WaitingLine[] = TIERS.map((_tier, rank) => new WaitingLine(rank))
  readonly #share: FairShare
  readonly #wheel: ExpiryWheel
  readonly #drainRate = new DrainRate()
  #queued = 0

  constructor(
    clock: Clock,
    share: FairShare,
    onEvict: (passage: Passage, reason: RejectReason, nowMs: number) => void,
  ) {
    this.#share = share
    this.#wheel = new ExpiryWheel(clock, (passage, nowMs) => onEvict(passage, 'expired', nowMs))
  }

  get queued(): number {
    return this.#queued
  }

  /** Waiters served per millisecond while there was a backlog; 0 when there has been none. */
  get drainPerMs(): number {
    return this.#drainRate.perMs
  }

  /** Permits that those who start keep busy, on average; 0 as long as it is unknown. */
  get drainBusy(): number {
    return this.#drainRate.busy
  }

  /** For how long the work at any one moment keeps the next from starting, in milliseconds. */
  get drainJobMs(): number {
    return this.#drainRate.jobMs
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

  /** The rank of the most important waiter that is in turn; -1 when there is none. */
  firstInTurn(): number {
    if (this.#queued === 0) return -1
    for (let rank = 0; rank < this.#lines.length; rank += 1) {
      if (this.#share.queueOf(rank).hasTurn) return rank
    }
    return -1
  }

  /** `isFirst`: a flow that had no waiter comes before the others of its time. */
  add(passage: Passage, nowMs: number, isFirst = false): void {
    if (this.#queued === 0) this.#drainRate.onBacklog(nowMs)
    this.#queued += 1
    this.lineOf(passage.rank).add(passage, nowMs)
    this.#share.add(passage, isFirst)
    this.#wheel.add(passage, nowMs)
  }

  /** Takes a waiter out because its turn has come. */
  start(passage: Passage, nowMs: number): void {
    this.#leave(passage, nowMs)
    this.#share.startWaiter(passage)
    noteDeparture(passage.flow, nowMs)
    this.#drainRate.onStart(nowMs, passage.cost * this.#share.expectedSlotMs(passage.flow))
  }

  remove(passage: Passage, nowMs: number): void {
    this.#leave(passage, nowMs)
    this.#share.remove(passage)
  }

  /** Disarms the timer. */
  stop(): void {
    this.#wheel.stop()
  }

  #leave(passage: Passage, nowMs: number): void {
    this.#queued -= 1
    this.lineOf(passage.rank).remove(passage, nowMs)
    this.#wheel.remove(passage)
  }
}
