/** What one window says about the limit, as the law sees it. */
export interface AdaptiveInput {
  /** Requests that waited inside the service for one another, on average. */
  readonly queued: number
  /** The most that were in flight. */
  readonly maxInFlight: number
  /** Permits have been scarce for more than a moment. */
  readonly standing: boolean
  /** Why a standing queue is known to be one; without a reason it may be work that became slower. */
  readonly cause: 'saturated' | 'queueing' | undefined
}

/** `ask`: a standing queue, or work that became slower. Only a probe can tell. */
export type LawMove = 'unused' | 'grow' | 'burst' | 'trim' | 'saturated' | 'queueing' | 'ask'

export interface AdaptiveStep {
  readonly limit: number
  readonly move: LawMove
}

/** Below this part of the limit in flight, the limit is not in use. */
export const USED_RATIO: number = 1 / 3
/** The queue that is kept, in square roots of the limit. */
const ROOM_FACTOR = 2
/** Below this part of the room there is no queue to speak of, and the limit may grow by ratio. */
const NO_QUEUE_RATIO = 0.25
const GROWTH_RATIO = 1.5
/** How far above the most in flight the limit may grow. */
const HEADROOM_RATIO = 1.5
/** A queue of so many times the room is no longer taken for a burst. */
const BURST_FACTOR = 2
/** How much of the way to the room for the queue one step goes. */
const GAIN = 0.5
/** What one step down leaves at least. */
const LEAST_STEP_RATIO = 0.7

/**
 * Keeps a queue of about 2 x sqrt(limit): in a service that serves by chance, about that many must wait for
 * the rest to be never idle, at any size.
 *
 * Source: the step towards a constant queue is TCP FAST's (Jin, Wei and Low, "FAST TCP", 2004), the queue's
 * size is square-root staffing (Halfin and Whitt, 1981). Explained in docs/algorithms/adaptive-limit.md.
 */
export function nextAdaptiveLimit(limit: number, input: AdaptiveInput): AdaptiveStep {
  const { queued, maxInFlight, standing, cause } = input
  // A limit that is not in use says nothing about itself: neither up nor down.
  if (maxInFlight < limit * USED_RATIO) return { limit, move: 'unused' }
  const room = roomFor(limit)
  const towardsRoom = limit + GAIN * (room - queued)
  if (queued <= room) {
    const free = maxInFlight >= Math.floor(limit) && queued < room * NO_QUEUE_RATIO
    const most = Math.max(limit, maxInFlight * HEADROOM_RATIO)
    return { limit: Math.min(most, free ? limit * GROWTH_RATIO : towardsRoom), move: 'grow' }
  }
  // A queue may be a burst. It only must not find a limit far above it, left over from other times, to fill.
  if (!standing) return trim(limit, input)
  if (cause === undefined) return { limit, move: 'ask' }
  return { limit: Math.max(limit * LEAST_STEP_RATIO, towardsRoom), move: cause }
}

function trim(limit: number, { queued, maxInFlight }: AdaptiveInput): AdaptiveStep {
  if (queued < roomFor(maxInFlight) * BURST_FACTOR || maxInFlight >= limit)
    return { limit, move: 'burst' }
  return { limit: maxInFlight, move: 'trim' }
}

/** How many may wait inside a service that has `limit` in flight. */
export function roomFor(limit: number): number {
  return ROOM_FACTOR * Math.sqrt(limit)
}
