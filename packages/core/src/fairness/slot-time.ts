/**
 * A unit that moves from one request to the next makes shares move as well: at 0.05 they are 0.5 % off after
 * 20 s of work that differs, at 0.02 they are 0.2 %.
 */
const NEWEST_WEIGHT = 0.02
/** A flow that changes its ways is known for what it does now. */
const NEWEST_OF_FLOW = 0.2
/** Below the resolution of clocks a mean says nothing, and dividing by it less. */
const LEAST_MS = 0.001

/**
 * While one job has the thread nobody is started and nobody refused, which hurts all others more the
 * longer it lasts. So a millisecond of a job of 50 ms counts a sixth more than one of a short job, and
 * from 150 ms on half as much again: what is long gets two fifths beside what is short, where time
 * alone would give it half.
 */
const SURCHARGE_MS = 300
const MOST_SURCHARGE = 0.5

/** However long a request takes: the first ones of a service say little about the mean. */
const MOST_UNITS = 100

/** Whoever is charged: a flow, or a pool. */
export interface SlotUser {
  /** Moving average of the slot-time of its requests, in milliseconds; 0 when unknown. */
  slotMs: number
}

/** What a request has used, from the time it started. */
export interface Use {
  readonly startedMs: number
  /** For how long it kept the thread from all others; 0 when nobody knows. */
  readonly threadMs: number
  /** Permits that it holds. */
  readonly cost: number
}

/**
 * How long each of its permits was in use, in milliseconds: until now or, if it is more, for as long as
 * it kept the thread, times the permits that there are. Who has the thread keeps all of them from doing
 * anything; whoever merely waits for its turn on it, with a permit in hand, keeps one.
 *
 * So a flow is charged for whichever it takes the larger part of: dominant resource fairness (Ghodsi et
 * al., NSDI 2011).
 *
 * @param limit permits there are for all
 */
export function slotMsOf({ startedMs, threadMs, cost }: Use, nowMs: number, limit: number): number {
  const heldMs = nowMs - startedMs
  const surcharge = Math.min(threadMs / SURCHARGE_MS, MOST_SURCHARGE)
  return Math.max(heldMs, (threadMs * (1 + surcharge) * limit) / cost)
}

/** What a request is charged by: slot-time, or its cost alone. */
export type ChargeBy = 'slot-time' | 'cost'

/**
 * What requests are charged, in units of a mean request. The slot-time of one is known when it ends:
 * until then it is charged what its flow's requests took lately, and corrected.
 *
 * The unit is the moving mean over all requests, so that virtual time means the same for services of
 * any speed, and a calendar of fixed buckets suits them all.
 */
export class SlotTime {
  #meanMs = 0

  /** Units for a request of `flow` that starts. */
  estimate(flow: SlotUser, cost: number): number {
    if (flow.slotMs === 0 || this.#meanMs === 0) return cost
    return (cost * flow.slotMs) / this.#meanMs
  }

  /** Slot-time of a request of `flow`, in milliseconds; 0 when none has ended yet. */
  expectedMs(flow: SlotUser): number {
    return flow.slotMs === 0 ? this.#meanMs : flow.slotMs
  }

  /** Units for a request that took `usedMs` of slot-time, which is learnt. */
  settle(flow: SlotUser, cost: number, usedMs: number): number {
    const slotMs = Math.max(usedMs, LEAST_MS)
    // Measured by what others took: a long request that is in its own mean is charged too little.
    const unitMs = this.#meanMs === 0 ? slotMs : Math.max(this.#meanMs, slotMs / MOST_UNITS)
    this.#meanMs = next(this.#meanMs, slotMs, NEWEST_WEIGHT)
    flow.slotMs = next(flow.slotMs, slotMs, NEWEST_OF_FLOW)
    return (cost * slotMs) / unitMs
  }
}

function next(mean: number, value: number, weight: number): number {
  return mean === 0 ? value : mean + weight * (value - mean)
}
