import { forkLoad, type LoadReport, type LoadTarget } from '@headgate/loadgen'
import { progress } from '../report/progress.ts'
import { spreadOf } from '../report/spread.ts'
import { GENERATOR_CPU, type ServerProcess } from '../server/server-process.ts'
import type { ServerUsage } from '../server/server-usage.ts'
import { findPhase, phaseStretches, type UsageStretch } from './phase-usage.ts'

const CONNECT_MS = 300
/** Guards that sample see only then that they are to refuse. */
const SETTLE_MS = 700
const REFUSE_MS = 1500
const REST_MS = 200
const ALONE_MS = 1000
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
  const { total, durationMs } = findPhase(report, 'refuse')
  const { rejected, offered } = total
  if (rejected < MIN_REJECTED || rejected < offered * MIN_REJECTED_RATIO) {
    progress(`no cost of a refusal: ${rejected} of ${offered} were refused`)
    return undefined
  }
  const ratio = spentRatio(report, readings)
  return ratio === undefined ? undefined : (Math.max(0, ratio) * durationMs) / rejected
}

/**
 * Of the time, what the refusals took. A server that works in each turn of its loop never sleeps: what is left of the
 * time beside its work, and beside what the turns themselves take when nobody asks, are the refusals. One that does
 * not work has used the CPU for nothing else. Undefined where it was not read often enough to tell.
 */
function spentRatio(report: LoadReport, readings: readonly ServerUsage[]): number | undefined {
  const refusing = phaseStretches(report, 'refuse', readings)
  const alone = phaseStretches(report, 'alone', readings)
  if (refusing.length === 0 || alone.length === 0) return undefined
  const busyAlone = usualRatio(alone, 'busyMs')
  if (busyAlone === 0) return usualRatio(refusing, 'cpuMs') - usualRatio(alone, 'cpuMs')
  return 1 - usualRatio(refusing, 'busyMs') / busyAlone
}

/**
 * Of the time, in the median of a tenth of a second each: refusals take some 3 % of it, and a standstill of 20 ms in
 * half a second without them left nothing of that in a mean. Collections of the whole heap are left out with those.
 */
function usualRatio(stretches: readonly UsageStretch[], name: 'busyMs' | 'cpuMs'): number {
  const ratios = stretches.map((stretch) => stretch[name] / stretch.elapsedMs)
  return spreadOf(ratios)?.median ?? 0
}
