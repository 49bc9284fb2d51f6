import type { Step } from './database.ts'

/** One way to the database server and back, inside one data centre. */
const ROUND_TRIP_MS = 1

/**
 * How long a connection to a real server would be busy with these steps beyond the engine's own work.
 * The embedded engine has no network, keeps its pages in memory and works on one statement at a time;
 * without this delay there would be nothing to pool. Each connection waits by itself, so that eight of
 * them overlap eight delays, as they would overlap eight reads of a disk.
 */
export function embeddedLatencyMs(steps: readonly Step[], random: () => number): number {
  const diskMs = steps.reduce((sum, { statement }) => sum + statement.diskMs, 0)
  // A transaction also travels for its `begin` and its `commit`.
  const roundTrips = steps.length === 1 ? 1 : steps.length + 2
  return (roundTrips * ROUND_TRIP_MS + diskMs) * (0.5 + random())
}
