const MIN_MS = 1_000
const MAX_MS = 30_000

/**
 * When a refused client should come back: the time the work in front needs at the measured drain rate,
 * spread by ±25 % so that those refused together do not return together, between 1 and 30 s.
 *
 * @param queued waiters in front
 * @param drainPerMs waiters served per millisecond; 0 when unknown
 * @param random 0 to 1, 1 excluded
 */
export function nextRetryAfterMs(queued: number, drainPerMs: number, random: number): number {
  const waitMs = drainPerMs > 0 ? (queued + 1) / drainPerMs : MIN_MS
  // Bounded before the jitter too, or every wait far beyond the bounds would be the same to the second.
  const boundedMs = Math.min(Math.max(waitMs, MIN_MS), MAX_MS)
  return Math.min(Math.max(boundedMs * (0.75 + 0.5 * random), MIN_MS), MAX_MS)
}
