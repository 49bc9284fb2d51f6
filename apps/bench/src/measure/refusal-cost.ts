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

/**
 * What the phase of refusals took beyond the server's own work and beyond what it takes when alone, over the
 * refusals. Undefined where too few were refused to tell, or not all.
 */
export function refusalCost(
  report: LoadReport,
  readings: readonly ServerUsage[],
): number | undefined {
  const { rejected, offered } = findPhase(report, 'refuse').total
  if (rejected < MIN_REJECTED || rejected < offered * MIN_REJECTED_RATIO) {
    progress(`no cost of a refusal: ${rejected} of ${offered} were refused`)
    return undefined
  }
  const aloneRatio = spentMs(report, 'alone', readings) / findPhase(report, 'alone').durationMs
  const { durationMs } = findPhase(report, 'refuse')
  return Math.max(0, spentMs(report, 'refuse', readings) - aloneRatio * durationMs) / rejected
}

/**
 * Beyond the server's own work, which is counted by the clock, and so with all that others stole from it: what they
 * stole is added to the CPU. Of the little that is left they have stolen little.
 */
function spentMs(report: LoadReport, phase: string, readings: readonly ServerUsage[]): number {
  const { cpuMs, busyMs, stolenMs } = phaseUsage(report, phase, readings)
  return busyMs === 0 ? cpuMs : cpuMs + stolenMs - busyMs
}
