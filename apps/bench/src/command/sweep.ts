import type { HostName } from '../host/host-name.ts'
import { type Calibration, calibrate } from '../measure/calibrate.ts'
import { isValid, type OverloadRun, overloadRun } from '../measure/overload-run.ts'
import type { BenchData, BenchResult } from '../report/bench-result.ts'
import { markdownTable } from '../report/markdown-table.ts'
import { progress } from '../report/progress.ts'
import { formatSpread, spreadOf } from '../report/spread.ts'
import { findWorkload } from '../workload/find-workload.ts'
import type { Workload } from '../workload/workload.ts'
import { alternate } from './alternate.ts'
import type { CommandOptions } from './command-options.ts'
import { maxServedP99Ms } from './goals.ts'

export interface Sweep {
  readonly limit: number
  /** The valid ones. */
  readonly runs: readonly OverloadRun[]
  readonly goodputRatio: number
  readonly p99Ms: number
}

export interface SweepOptions {
  readonly host: HostName
  readonly workload: Workload
  readonly calibration: Calibration
  readonly limits: readonly number[]
  readonly factor: number
  readonly repeats: number
  readonly overloadMs: number
  readonly seed: number
  readonly attempts: number
}

/** Tries fixed limits under the same overload. */
export async function sweep(options: SweepOptions): Promise<readonly Sweep[]> {
  const { workload, limits, repeats } = options
  const runs = new Map<number, OverloadRun[]>(limits.map((limit) => [limit, []]))
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const limit of alternate(limits, repeat)) {
      const seed = options.seed + repeat
      const run = await overloadRun({ ...options, contestant: `static:${limit}`, seed })
      progress(`sweep ${workload.name} limit ${limit}: goodput ${run.goodputRatio.toFixed(2)}`)
      if (isValid(run)) runs.get(limit)?.push(run)
    }
  }
  return [...runs].map(([limit, ofLimit]) => ({
    limit,
    runs: ofLimit,
    goodputRatio: spreadOf(ofLimit.map((run) => run.goodputRatio))?.median ?? 0,
    p99Ms: spreadOf(ofLimit.map((run) => run.overload.servedMs.p99Ms))?.median ?? Infinity,
  }))
}

/** The greatest goodput of those whose p99 is allowed; the greatest of all when none is. */
export function bestOfSweep(sweeps: readonly Sweep[], calibration: Calibration): Sweep {
  const allowed = sweeps.filter(({ p99Ms }) => p99Ms <= maxServedP99Ms(calibration.unloadedP99Ms))
  const candidates = allowed.length > 0 ? allowed : sweeps
  return candidates.reduce((best, each) => (each.goodputRatio > best.goodputRatio ? each : best))
}

export function sweepSection(sweeps: readonly Sweep[], best: Sweep): string {
  return markdownTable(
    ['limit', 'goodput / capacity', 'served p50 ms', 'served p99 ms', 'reject p99 ms'],
    sweeps.map(({ limit, runs }) => [
      limit === best.limit ? `**${limit}**` : String(limit),
      formatSpread(
        runs.map((run) => run.goodputRatio),
        2,
      ),
      formatSpread(
        runs.map((run) => run.overload.servedMs.p50Ms),
        1,
      ),
      formatSpread(
        runs.map((run) => run.overload.servedMs.p99Ms),
        1,
      ),
      formatSpread(
        runs.map((run) => run.overload.rejectedMs.p99Ms),
        1,
      ),
    ]),
  )
}

interface SweepData extends BenchData {
  readonly [of: string]: {
    readonly calibrations: readonly Calibration[]
    readonly sweeps: readonly Sweep[]
  }
}

export async function sweepCommand(
  options: CommandOptions,
  host: HostName,
): Promise<BenchResult<SweepData>> {
  const data: Record<string, SweepData[string]> = {}
  for (const name of options.workloads) {
    const workload = findWorkload(name)
    const calibration = await calibrate(workload, { ...options, host })
    for (const factor of options.factors) {
      const overloadMs = options.seconds * 1000
      const sweeps = await sweep({ ...options, host, workload, calibration, factor, overloadMs })
      data[`${name}, ${factor} ×`] = { calibrations: [calibration], sweeps }
    }
  }
  return {
    name: host === 'fastify' ? 'sweep' : `sweep-${host}`,
    title: `A fixed limit, swept, ${host}`,
    data,
    sections: (all) =>
      Object.entries(all).flatMap(([of, { calibrations, sweeps }]) => {
        const best = bestOfSweep(sweeps, calibrations[0] as Calibration)
        return [`## ${of}`, sweepSection(sweeps, best)]
      }),
  }
}
