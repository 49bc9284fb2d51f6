const MIN_MS = 1_000
const MAX_MS = 30_000

/**
 * When a refused client should come back: the time the work in front needs at the measured drain rate, or
 * until its rate allows it, from 1 to 30 s. Longer ones are spread by ±25 %, so that those refused together do not return together.
 *
 * A second is the least that `Retry-After` can say, and it counts in whole ones: jitter round a second
 * would only tell half of the refused to stay away for two. Who is sent away for one second comes back
 * spread as it came.
 *
 * @param waitMs until it is worth asking again; 0 when unknown
 * @param random 0 to 1, 1 excluded
 */
export function nextRetryAfterMs(waitMs: number, random: number): number {
  if (waitMs <= MIN_MS) return MIN_MS
  // Bounded before the jitter too, or every wait far beyond the bounds would be the same to the second.
  const spreadMs = Math.min(waitMs, MAX_MS) * (0.75 + 0.5 * random)
  return Math.min(Math.max(spreadMs, MIN_MS), MAX_MS)
}
