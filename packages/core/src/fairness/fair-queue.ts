import { Calendar } from './calendar.ts'
import type { Flow, Waiter } from './flow.ts'
import { LongestFlows } from './longest-flows.ts'
import { VirtualTime } from './virtual-time.ts'

/** Virtual time that a flow may be ahead of those who have waited in turn. */
const MOST_CREDIT = 32

/**
 * The flows of one tier that have waiters: whose turn it is, and which is the longest. Everything is
 * O(1) in the worst case, however many flows there are.
 */
export class FairQueue {
  readonly #calendar = new Calendar()
  readonly #lengths = new LongestFlows()
  readonly #time = new VirtualTime()
  /** Of the flows in the calendar. */
  #sumWeights = 0

  /** Whether a flow with a waiter is in turn: those out of turn do not count. */
  get hasTurn(): boolean {
    return this.#calendar.size > 0
  }

  /** How many other flows wait in turn. */
  othersOf({ bucket }: Flow): number {
    return this.#calendar.size - (bucket === -1 ? 0 : 1)
  }

  /** The sum of their weights: its own is among them only while it has waiters in turn. */
  weightOfOthers({ bucket, weight }: Flow): number {
    return bucket === -1 ? this.#sumWeights : this.#sumWeights - weight
  }

  /** Virtual time. */
  get now(): number {
    return this.#time.now
  }

  /** The flow whose turn it is. */
  first(): Flow | undefined {
    return this.#calendar.first()
  }

  /** One of the flows with the most waiters. */
  get longest(): Flow | undefined {
    return this.#lengths.longest
  }

  /** `isFirst`: a flow that had no waiter comes before the others of its time. */
  add(waiter: Waiter, isFirst: boolean): void {
    const { flow } = waiter
    flow.add(waiter)
    if (flow.length === 1) {
      this.#time.join(flow)
      this.#enter(flow, isFirst)
    }
    this.#lengths.onChange(flow, flow.length - 1)
  }

  remove(waiter: Waiter): void {
    const { flow } = waiter
    flow.remove(waiter)
    this.#lengths.onChange(flow, flow.length + 1)
    if (flow.length > 0) return
    if (flow.parked) this.#unmark(flow)
    else this.#exit(flow)
  }

  /** A waiter starts, and its flow is charged. */
  start(waiter: Waiter): void {
    const { flow } = waiter
    const sumWeights = this.#sumWeights
    this.remove(waiter)
    flow.started += 1
    this.#charge(flow, waiter.units, sumWeights)
  }

  /** A request starts without having waited. */
  startAtOnce({ flow, units }: Waiter): void {
    this.#time.join(flow)
    this.#charge(flow, units, this.weightOfOthers(flow) + flow.weight)
  }

  /** What `flow` was charged was too little by `units`, or too much. */
  correct(flow: Flow, units: number): void {
    const waits = flow.bucket !== -1
    // What is given back may go before all the others, or who is charged too much as often as too little
    // would never be even; but not so far before them that nobody else is served for long.
    this.#time.correct(flow, units, waits ? this.#calendar.baseStart - MOST_CREDIT : 0)
    if (waits) this.#calendar.move(flow)
  }

  /** Its group has as much in flight as it may: others go on. */
  park(flow: Flow): void {
    this.#exit(flow)
    flow.parked = true
    flow.group.parked += 1
  }

  /** It is in turn again; waiting out of turn has saved nothing up. */
  unpark(flow: Flow): void {
    this.#unmark(flow)
    this.#time.join(flow)
    this.#enter(flow, false)
  }

  /** Nothing waits and nothing runs. */
  forgive(): void {
    this.#time.forgive()
    this.#calendar.advance(this.#time.now)
  }

  #charge(flow: Flow, units: number, sumWeights: number): void {
    this.#time.charge(flow, units, sumWeights)
    this.#calendar.advance(this.#time.now)
    if (flow.bucket !== -1) this.#calendar.move(flow)
  }

  #enter(flow: Flow, isFirst: boolean): void {
    flow.weight = flow.group.weight
    this.#sumWeights += flow.weight
    this.#calendar.add(flow, isFirst)
  }

  #exit(flow: Flow): void {
    this.#calendar.remove(flow)
    // Sums of fractions drift: with nobody left there is nothing to sum.
    this.#sumWeights = this.#calendar.size === 0 ? 0 : this.#sumWeights - flow.weight
  }

  #unmark(flow: Flow): void {
    flow.parked = false
    flow.group.parked -= 1
  }
}
