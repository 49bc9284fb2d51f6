/** What a server has used up to one moment. */
export interface ServerUsage {
  /** Milliseconds since 1970. */
  readonly atEpochMs: number
  /** CPU of the whole process: every thread, user and system. */
  readonly cpuMs: number
  /** The part that handlers spun away. */
  readonly busyMs: number
  /** Handlers started. */
  readonly jobs: number
  /** Time the main thread could have run and something else had its core; 0 where the system does not say. */
  readonly stolenMs: number
}

/** What it used between two moments, of readings taken on either side: a straight line between neighbours. */
export function usageBetween(
  readings: readonly ServerUsage[],
  fromEpochMs: number,
  toEpochMs: number,
): Omit<ServerUsage, 'atEpochMs'> {
  const from = usageAt(readings, fromEpochMs)
  const to = usageAt(readings, toEpochMs)
  return {
    cpuMs: to.cpuMs - from.cpuMs,
    busyMs: to.busyMs - from.busyMs,
    jobs: to.jobs - from.jobs,
    stolenMs: to.stolenMs - from.stolenMs,
  }
}

function usageAt(readings: readonly ServerUsage[], atEpochMs: number): ServerUsage {
  const next = readings.findIndex((reading) => reading.atEpochMs >= atEpochMs)
  const before = readings[next - 1]
  const after = readings[next]
  if (after === undefined || before === undefined) {
    throw new Error('the readings of the server do not reach around the moment asked for')
  }
  const share = (atEpochMs - before.atEpochMs) / (after.atEpochMs - before.atEpochMs)
  const between = (name: Exclude<keyof ServerUsage, 'atEpochMs'>): number =>
    before[name] + (after[name] - before[name]) * share
  return {
    atEpochMs,
    cpuMs: between('cpuMs'),
    busyMs: between('busyMs'),
    jobs: between('jobs'),
    stolenMs: between('stolenMs'),
  }
}
