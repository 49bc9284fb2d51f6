const STANDING_MS = 100
/**
 * Who comes at nine tenths of its share is refused now and then for a burst; who comes at a tenth more than
 * its share is refused once for ten that start.
 */
const STARTED_PER_REFUSED = 16

/** A request that waits, as far as its flow needs to know it. */
export interface Waiter {
  readonly flow: Flow
  readonly enqueuedMs: number
  /** Permits that it takes. */
  readonly cost: number
  /** What its flow is charged for it, in units of a mean request. */
  readonly units: number
  flowOlder: Waiter | undefined
  flowNewer: Waiter | undefined
}

/**
 * What fairness is between: the requests of one group in one tier. It holds its waiters in order of
 * arrival and its own links in every list it is in, so that each change is O(1).
 */
export class Flow {
  readonly group: FlowGroup
  /** Index into `TIERS`. */
  readonly rank: number
  /** Index of the pool it is in; 0 where there is one only. */
  lane = 0
  oldest: Waiter | undefined = undefined
  newest: Waiter | undefined = undefined
  /** Waiters. */
  length = 0
  /** Requests that wait or run. */
  active = 0
  /** As counted in the sum of those who wait, so that a new weight does not upset the sum. */
  weight: number

  /** Virtual time at which its next request starts: who has used less is served first. */
  start = 0
  /** Moving average of how long its requests hold a permit, in milliseconds; 0 when unknown. */
  slotMs = 0
  /** Since when it has had a waiter. */
  sinceMs = 0
  /** Waiters that have started since then. */
  started = 0
  /** Arrivals and waiters that were refused since then, for want of a place. */
  refused = 0
  /** When somebody of it was last refused who was more than its share already. */
  #overflowedMs: number = Number.NEGATIVE_INFINITY
  /** When its last waiter started, if others were left; -1 when not. */
  departedMs = -1
  /** Moving average of the time between two of its starts, in milliseconds. */
  gapMs = 0
  /** Out of turn: its group has as much in flight as one tenant may have. */
  parked = false

  /** Its bucket in the calendar; -1 outside of it. */
  bucket = -1
  bucketPrevious: Flow | undefined = undefined
  bucketNext: Flow | undefined = undefined
  /** Links among flows of the same length. */
  lengthPrevious: Flow | undefined = undefined
  lengthNext: Flow | undefined = undefined
  /** Its place among the debtors; -1 when it is none. */
  debtPlace = -1

  constructor(group: FlowGroup, rank: number) {
    this.group = group
    this.rank = rank
    this.weight = group.weight
  }

  add(waiter: Waiter): void {
    const newest = this.newest
    waiter.flowOlder = newest
    if (newest === undefined) {
      this.oldest = waiter
      this.sinceMs = waiter.enqueuedMs
      this.started = 0
      this.refused = 0
    } else {
      newest.flowNewer = waiter
    }
    this.newest = waiter
    this.length += 1
  }

  remove(waiter: Waiter): void {
    const { flowOlder, flowNewer } = waiter
    if (flowOlder === undefined) this.oldest = flowNewer
    else flowOlder.flowNewer = flowNewer
    if (flowNewer === undefined) this.newest = flowOlder
    else flowNewer.flowOlder = flowOlder
    waiter.flowOlder = undefined
    waiter.flowNewer = undefined
    this.length -= 1
  }

  /** Whether it has had waiters for 100 ms on end. */
  stands(nowMs: number): boolean {
    return this.length > 0 && nowMs - this.sinceMs > STANDING_MS
  }

  /**
   * Whether it asks for more than its share, and not for a moment: it has had waiters for 100 ms on end,
   * and one at least was refused for 16 that started meanwhile, or none started. It does until nobody of it was refused
   * for 100 ms: between two that are, its line may well be empty.
   */
  overflows(nowMs: number): boolean {
    if (nowMs - this.#overflowedMs <= STANDING_MS) return true
    return this.refused * STARTED_PER_REFUSED >= this.started && this.stands(nowMs)
  }

  /** An arrival or a waiter of it was refused for want of a place. */
  onRefuse(nowMs: number): void {
    this.refused += 1
    if (this.overflows(nowMs)) this.#overflowedMs = nowMs
  }

  /** Whether somebody of it has waited longer than `waitMs`. */
  isStale(nowMs: number, waitMs: number): boolean {
    return this.oldest !== undefined && nowMs - this.oldest.enqueuedMs > waitMs
  }
}

/**
 * What one name may have waiting and running, in all tiers together: a tenant, a route, or one of the
 * anonymous. Its flows, one a tier, are what capacity is shared between.
 */
export class FlowGroup {
  readonly name: string
  /** Caps are for tenants: routes and anonymous flows are bounded by the longest-queue drop alone. */
  readonly isTenant: boolean
  /** Kept though nothing of it is active: there are few of its kind. */
  readonly isKept: boolean
  /** Above 0; its share of capacity among those who wait. */
  weight: number
  /** Of which set of options the weight is. */
  weightEdition = 0
  /** Requests that wait. */
  queued = 0
  /** Permits in use. */
  inFlight = 0
  /** Flows that wait for a permit of this group, though others are free. */
  parked = 0
  /** By rank; made when first needed. */
  readonly flows: (Flow | undefined)[] = [undefined, undefined, undefined, undefined]
  /** Flows that have something active, or a debt. */
  remembered = 0

  constructor(name: string, kind: { isTenant: boolean; isKept: boolean }, weight: number) {
    this.name = name
    this.isTenant = kind.isTenant
    this.isKept = kind.isKept
    this.weight = weight
  }
}
