import { forkLoad, type LoadReport, type LoadTarget } from '@headgate/loadgen'
import { progress } from '../report/progress.ts'
import { GENERATOR_CPU, type ServerProcess } from '../server/server-process.ts'
import type { ServerUsage } from '../server/server-usage.ts'
import { findPhase, phaseUsage } from './phase-usage.ts'

const CONNECT_MS = 300
/** Guards that sample see only then that they are to refuse. */
const SETTLE_MS = 700
const REFUSE_MS = 1500
const REST_MS = 200
const ALONE_MS = 400
const MIN_REJECTED = 200
const MIN_REJECTED_RATIO = 0.99

export interface RefusalLoad {
  readonly targets: readonly LoadTarget[]
  /** As many as there were to refuse under overload. */
  readonly ratePerSecond: number
  /** The server's own work, in one go, in each turn of its loop. */
  readonly burstMs: number
  readonly seed: number
}

/**
 * CPU of a refused request, measured where nothing is served: the guard refuses all, as many a second as under
 * overload, while the server burns as much in each turn of its loop as it did then, so that requests are read in
 * batches of the same size. Undefined where there is no guard. The server is of no use afterwards.
 */
export async function measureRefusal(
  server: ServerProcess,
  load: RefusalLoad,
): Promise<number | undefined> {
  if (!(await server.refuseAll(load.burstMs))) return undefined
  const { targets, seed, ratePerSecond } = load
  const report = await forkLoad({
    url: server.url,
    targets,
    phases: [
      { name: 'connect', ratePerSecond: 0, durationMs: CONNECT_MS },
      { name: 'settle', ratePerSecond, durationMs: SETTLE_MS },
      { name: 'refuse', ratePerSecond, durationMs: REFUSE_MS },
      { name: 'rest', ratePerSecond: 0, durationMs: REST_MS },
      { name: 'alone', ratePerSecond: 0, durationMs: ALONE_MS },
    ],
    seed,
    cpu: GENERATOR_CPU,
  })
  return refusalCost(report, await server.usage())
}

/** What the refusals took, each. Undefined where too few were refused to tell, or not all. */
export function refusalCost(
  report: LoadReport,
  readings: readonly ServerUsage[],
): number | undefined {
  const { rejected, offered } = findPhase(report, 'refuse').total
  if (rejected < MIN_REJECTED || rejected < offered * MIN_REJECTED_RATIO) {
    progress(`no cost of a refusal: ${rejected} of ${offered} were refused`)
    return undefined
  }
  return Math.max(0, spentMs(report, readings)) / rejected
}

/**
 * What the refusals took. A server that works in each turn of its loop never sleeps: what is left of the time beside
 * its work, and beside what the turns themselves take when nobody asks, are the refusals. One that does not work has
 * used the CPU for nothing else.
 */
function spentMs(report: LoadReport, readings: readonly ServerUsage[]): number {
  const { cpuMs, busyMs } = phaseUsage(report, 'refuse', readings)
  const alone = phaseUsage(report, 'alone', readings)
  const refuseMs = findPhase(report, 'refuse').durationMs
  const aloneMs = findPhase(report, 'alone').durationMs
  if (busyMs === 0) return cpuMs - (alone.cpuMs * refuseMs) / aloneMs
  return refuseMs - (busyMs * aloneMs) / alone.busyMs
}
