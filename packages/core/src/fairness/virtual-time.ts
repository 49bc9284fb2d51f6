import { CALENDAR_SPAN } from './calendar.ts'
import type { Flow } from './flow.ts'

/** Nobody owes more than the calendar can tell apart. */
const MOST_OWED = CALENDAR_SPAN - 23

/**
 * The clock of start-time fair queueing. It counts service, not seconds: each flow starts its next
 * request at a virtual time that moves on by what it was charged, divided by its weight, and the flow
 * with the earliest start is served.
 *
 * Source: Goyal, Vin and Cheng, "Start-time fair queueing" (1996). Unlike there, time also ages by each
 * charge's share among those who wait; else it stands still while newcomers keep coming in at it, and
 * those who come back behind it are never served. Explained in docs/algorithms/fair-queue.md.
 */
export class VirtualTime {
  #now = 0
  #latest = 0

  /** Where newcomers start. Never goes back. */
  get now(): number {
    return this.#now
  }

  /** Being away saves nothing up. */
  join(flow: Flow): void {
    if (flow.start < this.#now) flow.start = this.#now
  }

  /** One request of `flow` starts; `sumWeights` is of all who wait, and of itself. */
  charge(flow: Flow, units: number, sumWeights: number): void {
    this.#now = Math.max(this.#now + units / sumWeights, flow.start)
    this.#owe(flow, flow.start + units / flow.weight)
  }

  /** What was charged was too little by `units`, or too much (below 0). Not back before `least`. */
  correct(flow: Flow, units: number, least: number): void {
    this.#owe(flow, Math.max(flow.start + units / flow.weight, least))
  }

  /** Nobody waits and nobody runs: whatever was used was nobody else's. */
  forgive(): void {
    this.#now = Math.max(this.#now, this.#latest)
  }

  #owe(flow: Flow, start: number): void {
    flow.start = Math.min(start, this.#now + MOST_OWED)
    if (flow.start > this.#latest) this.#latest = flow.start
  }
}
