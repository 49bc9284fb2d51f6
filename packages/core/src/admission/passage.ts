import type { Flow, Waiter } from '../fairness/flow.ts'
import { TIERS, type Tier } from '../shed/tier.ts'
import type { Rejection, RejectReason } from './decision.ts'
import type { Outcome, Permit } from './permit.ts'

/**
 * Who asked, and hears the answer if it does not come at once. Called at most once in all, and only
 * after `offer` has returned its passage in state `queued`. What it throws is thrown again later, from a
 * task of its own; a permit is then given back.
 */
export interface Arrival {
  /** Runs whatever it is told: its decision counts as one of the shadow's. */
  readonly isShadow?: boolean | undefined
  onAdmit(permit: Permit): void
  onReject(rejection: Rejection): void
}

/** What a passage needs of the admission it goes through. */
export interface PassageKeeper {
  /** Its work is done; the limit may have grown then. */
  sample(passage: Passage, outcome: Outcome): void
  /** Its permits are free; it is a sample if it was none yet. */
  release(passage: Passage, outcome: Outcome): void
}

/** `queued` → `running` → `released`, or `queued` → `left` (expired, evicted, replaced, cancelled). */
export type PassageState = 'queued' | 'running' | 'released' | 'left'

/**
 * One request's way through the gate: first a waiter, then a permit. One object plays both parts and
 * carries the links of every list it is in, so that a request costs one allocation and leaving a list O(1).
 */
export class Passage implements Permit, Waiter {
  readonly #keeper: PassageKeeper
  /** Index into `TIERS`. */
  readonly rank: number
  readonly flow: Flow
  /** Permits that it takes. */
  cost = 1
  /** What its flow was charged for it, in units of a mean request. */
  units = 0
  /** May be set as late as `offer` has returned, so that nothing is made for a request that is refused. */
  arrival: Arrival | undefined
  enqueuedMs = 0
  expiresAtMs = 0
  /** Its deadline is nearer than the longest wait: if it expires, that was its own wish. */
  hasOwnDeadline = false
  state: PassageState = 'queued'
  startedMs = 0
  /** For how long it kept the thread from all others, as far as its dispatcher tells. */
  threadMs = 0
  /** Started by such a dispatcher, and not known to be done. */
  hasThread = false
  /** In flight when it started, itself included. */
  inFlight = 0
  /** The same of its pool alone. */
  inPool = 0
  sampled = false
  /** Why it waits no longer, when it left in vain. */
  leftFor: RejectReason | undefined = undefined

  /** Links of the line it waits in, oldest first. */
  older: Passage | undefined = undefined
  newer: Passage | undefined = undefined
  /** Links of its flow. */
  flowOlder: Waiter | undefined = undefined
  flowNewer: Waiter | undefined = undefined
  /** Links of its slot in the expiry wheel; `slot` is -1 outside the wheel. */
  slotPrevious: Passage | undefined = undefined
  slotNext: Passage | undefined = undefined
  slot = -1

  constructor(keeper: PassageKeeper, flow: Flow, arrival: Arrival | undefined) {
    this.#keeper = keeper
    this.rank = flow.rank
    this.flow = flow
    this.arrival = arrival
  }

  /** A running passage is its own decision: admitting allocates nothing more. */
  get admitted(): true {
    return true
  }

  get permit(): this {
    return this
  }

  /** Index of the pool it is in; 0 where there is one only. */
  get lane(): number {
    return this.flow.lane
  }

  get tier(): Tier {
    return TIERS[this.rank] as Tier
  }

  /** Who asked, where a tenant was named; a long name by its hash. */
  get tenant(): string | undefined {
    const { isTenant, name } = this.flow.group
    return isTenant ? name : undefined
  }

  get waitedMs(): number {
    return this.state === 'queued' ? 0 : this.startedMs - this.enqueuedMs
  }

  enqueue(nowMs: number, maxWaitMs: number, deadlineMs: number): void {
    this.enqueuedMs = nowMs
    this.hasOwnDeadline = deadlineMs < maxWaitMs
    this.expiresAtMs = nowMs + Math.min(maxWaitMs, deadlineMs)
  }

  /** Its turn has come; `inFlight` and `inPool` count it in. */
  start(nowMs: number, inFlight: number, inPool: number = inFlight): void {
    this.state = 'running'
    this.startedMs = nowMs
    this.inFlight = inFlight
    this.inPool = inPool
  }

  /** It waits no longer, and in vain. */
  leave(nowMs: number, reason?: RejectReason): void {
    this.state = 'left'
    this.leftFor = reason
    this.startedMs = nowMs
  }

  sample(outcome: Outcome): void {
    if (this.sampled || this.state !== 'running') return
    this.sampled = true
    this.#keeper.sample(this, outcome)
  }

  release(outcome: Outcome = 'success'): void {
    if (this.state !== 'running') return
    this.state = 'released'
    this.#keeper.release(this, outcome)
  }
}
