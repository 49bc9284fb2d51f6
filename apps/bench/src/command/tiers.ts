import type { Tier } from '@headgate/core'
import type { LoadTarget } from '@headgate/loadgen'
import { calibrate } from '../measure/calibrate.ts'
import { isValid, type OverloadRun, overloadRun } from '../measure/overload-run.ts'
import type { BenchResult } from '../report/bench-result.ts'
import { markdownTable } from '../report/markdown-table.ts'
import { progress } from '../report/progress.ts'
import { formatSpread } from '../report/spread.ts'
import { findWorkload } from '../workload/find-workload.ts'
import { alternate } from './alternate.ts'
import type { CommandOptions } from './command-options.ts'

/** Tier and its share of the requests, in percent. */
const MIX: readonly (readonly [Tier, number])[] = [
  ['critical', 10],
  ['important', 20],
  ['optional', 30],
  ['opportunistic', 40],
]

const TARGETS: readonly LoadTarget[] = MIX.map(([name, weight]) => ({
  name,
  weight,
  path: `/${name}/`,
}))

/** Who is served when three times as much comes as can be: the most important, if the guard knows tiers. */
export async function tiersCommand(options: CommandOptions): Promise<BenchResult> {
  const sections = [
    `A mix of ${MIX.map(([tier, share]) => `${share} % ${tier}`).join(', ')}. Success: served within a second. Medians, with least and greatest.`,
  ]
  const data: Record<string, unknown> = {}
  for (const name of options.workloads) {
    const workload = findWorkload(name)
    const calibration = await calibrate(workload, options)
    for (const factor of options.factors) {
      const runs: OverloadRun[] = []
      for (let repeat = 0; repeat < options.repeats; repeat++) {
        for (const contestant of alternate(options.contestants, repeat)) {
          const run = await overloadRun({
            contestant,
            workload,
            calibration,
            factor,
            overloadMs: options.seconds * 1000,
            seed: options.seed + repeat,
            attempts: options.attempts,
            targets: TARGETS,
          })
          progress(`${name} ${factor} × ${contestant}: goodput ${run.goodputRatio.toFixed(3)}`)
          runs.push(run)
        }
      }
      sections.push(`## ${workload.about}, ${factor} ×`, tierTable(runs, options.contestants))
      data[`${name} ${factor}`] = { calibration, runs }
    }
  }
  return { name: 'tiers', title: 'Tiers under overload', sections, data }
}

function tierTable(runs: readonly OverloadRun[], contestants: readonly string[]): string {
  return markdownTable(
    ['guard', ...MIX.map(([tier]) => tier), 'goodput / capacity', 'valid runs'],
    contestants.map((name) => {
      const own = runs.filter((run) => run.contestant === name && isValid(run))
      return [
        name,
        ...MIX.map(([tier]) =>
          formatSpread(
            own.map(({ targets }) => (targets[tier]?.served ?? 0) / (targets[tier]?.offered ?? 0)),
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
