import type { ResolvedQueue } from '../admission/admission-options.ts'
import type { Dispatcher } from '../admission/dispatcher.ts'
import type { Limiter } from '../limiter/limiter.ts'

/** A line that has not been empty for this long, and is not short, is a standing queue. */
export const STANDING_INTERVAL_MS = 100

const MIN_PLACES = 64
const MAX_PLACES = 10_000
/** A few service times' worth: enough to absorb a burst, not enough to serve what is no longer wanted. */
const PLACES_PER_PERMIT = 4

/** Who has waited this long in a standing queue is served after those who came later. */
export const STALE_MS: number = STANDING_INTERVAL_MS / 2

/**
 * How many may wait now. Where a dispatcher starts the work, everybody waits for the event loop, and a
 * single turn of it can bring in a thousand requests that take 20 ms together: the room is then at least
 * as large as what can be served in the longest wait, by the loop and by the permits.
 */
export function maxQueuedNow(
  queue: ResolvedQueue,
  limiter: Limiter,
  dispatcher: Dispatcher | undefined,
): number {
  if (queue.maxQueued !== undefined) return queue.maxQueued
  const byPermits = limiter.limit.current * PLACES_PER_PERMIT
  if (dispatcher === undefined) return clampPlaces(byPermits)
  const perMs = Math.min(1 / dispatcher.startMs, limiter.mostPerMs)
  return clampPlaces(Math.max(byPermits, queue.maxWaitMs * perMs))
}

function clampPlaces(places: number): number {
  return Math.min(Math.max(Math.floor(places), MIN_PLACES), MAX_PLACES)
}
