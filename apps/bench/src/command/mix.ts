import type { LoadTarget } from '@headgate/loadgen'
import { type Calibration, calibrate } from '../measure/calibrate.ts'
import { isValid, type OverloadRun, overloadRun } from '../measure/overload-run.ts'
import type { BenchData, BenchResult } from '../report/bench-result.ts'
import { markdownTable } from '../report/markdown-table.ts'
import { progress } from '../report/progress.ts'
import { formatSpread } from '../report/spread.ts'
import { findWorkload } from '../workload/find-workload.ts'
import { alternate } from './alternate.ts'
import type { CommandOptions } from './command-options.ts'

/** The one whose routes know tiers and tenants. */
const HOST = 'fastify'

interface MixData extends BenchData {
  readonly [of: string]: {
    readonly calibrations: readonly Calibration[]
    readonly runs: readonly OverloadRun[]
  }
}

/** A mix of clients, and who of them gets how much of what they ask for. */
export interface Mix {
  readonly name: string
  readonly title: string
  readonly introduction: string
  readonly targets: readonly LoadTarget[]
  /** A column for each: the targets whose requests are counted together. */
  readonly groups: Readonly<Record<string, readonly string[]>>
}

/** One mix under each factor of overload, for all contestants in turns. */
export async function mixCommand(mix: Mix, options: CommandOptions): Promise<BenchResult<MixData>> {
  const data: Record<string, MixData[string]> = {}
  for (const name of options.workloads) {
    const workload = findWorkload(name)
    const calibration = await calibrate(workload, { ...options, host: HOST })
    for (const factor of options.factors) {
      const runs: OverloadRun[] = []
      for (let repeat = 0; repeat < options.repeats; repeat++) {
        for (const contestant of alternate(options.contestants, repeat)) {
          const run = await overloadRun({
            host: HOST,
            contestant,
            workload,
            calibration,
            factor,
            overloadMs: options.seconds * 1000,
            seed: options.seed + repeat,
            attempts: options.attempts,
            targets: mix.targets,
          })
          progress(`${name} ${factor} × ${contestant}: goodput ${run.goodputRatio.toFixed(3)}`)
          runs.push(run)
        }
      }
      data[`${workload.about}, ${factor} ×`] = { calibrations: [calibration], runs }
    }
  }
  const { name, title, introduction } = mix
  return {
    name,
    title,
    data,
    sections: (all) => [
      introduction,
      ...Object.entries(all).flatMap(([of, { runs }]) => [`## ${of}`, successTable(mix, runs)]),
    ],
  }
}

function successTable({ groups }: Mix, runs: readonly OverloadRun[]): string {
  const contestants = [...new Set(runs.map(({ contestant }) => contestant))].sort()
  return markdownTable(
    ['guard', ...Object.keys(groups), 'goodput / capacity', 'valid runs'],
    contestants.map((name) => {
      const own = runs.filter((run) => run.contestant === name && isValid(run))
      return [
        name,
        ...Object.values(groups).map((targets) =>
          formatSpread(
            own.map((run) => success(run, targets)),
            4,
          ),
        ),
        formatSpread(
          own.map(({ goodputRatio }) => goodputRatio),
          2,
        ),
        String(own.length),
      ]
    }),
  )
}

function success(run: OverloadRun, targets: readonly string[]): number {
  const outcomes = targets.flatMap((name) => run.targets[name] ?? [])
  const sum = (of: 'served' | 'offered'): number =>
    outcomes.reduce((total, each) => total + each[of], 0)
  return sum('served') / sum('offered')
}
