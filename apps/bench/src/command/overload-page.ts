import type { Calibration } from '../measure/calibrate.ts'
import { isValid, type OverloadRun } from '../measure/overload-run.ts'
import type { BenchData } from '../report/bench-result.ts'
import { markdownTable } from '../report/markdown-table.ts'
import { formatSpread, spreadOf } from '../report/spread.ts'
import { GOAL_HEADER, goalRow } from './goals.ts'
import { overloadGoals } from './overload-goals.ts'
import { overloadTable } from './overload-table.ts'
import { bestOfSweep, type Sweep, sweepSection } from './sweep.ts'

export interface OverloadData extends BenchData {
  readonly calibrations: readonly Calibration[]
  readonly sweeps: readonly Sweep[]
  readonly runs: readonly OverloadRun[]
}

const INTRODUCTION =
  'Open loop: half of capacity, then so many times capacity, then half again; before that, to warm up, half, two seconds ' +
  'of the same overload, and a rest of three. Goodput is what was answered 2xx within one ' +
  'second of the intended start, as a fraction of what the bare server does in closed loop. The bound is (1 − k·r/s) / (1 − r/s), ' +
  'at most 1: s is the CPU of a request in that closed loop, r that of a refusal, measured on the same server right after the run, ' +
  'where it refuses everything at the same rate while it burns as much as before. Recovery is the time from the end of the overload ' +
  'until each 500 ms have 99 % success. Medians, with least and greatest.'

/** Those of which the design says what they reach. */
const GUARDS = ['headgate', 'headgate-guard']

/** The tables of one workload under each factor of overload. */
export function overloadPage(data: OverloadData, workload: string): readonly string[] {
  const { calibrations, sweeps, runs } = data
  const factors = [...new Set(runs.map(({ factor }) => factor))].sort((a, b) => a - b)
  const [calibration] = calibrations
  return [
    INTRODUCTION,
    calibrationLine(calibrations),
    ...(sweeps.length > 0 && calibration !== undefined
      ? [
          'Fixed limits at 5 ×, one run each:',
          sweepSection(sweeps, bestOfSweep(sweeps, calibration)),
        ]
      : []),
    ...factors.flatMap((factor) => factorSections(runs.filter((run) => run.factor === factor))),
    ...goalSections(data, workload, factors),
  ]
}

function factorSections(runs: readonly OverloadRun[]): readonly string[] {
  const byContestant = new Map<string, OverloadRun[]>()
  for (const run of [...runs].sort((a, b) => (a.contestant < b.contestant ? -1 : 1))) {
    byContestant.set(run.contestant, [...(byContestant.get(run.contestant) ?? []), run])
  }
  const targets = Object.keys(runs[0]?.targets ?? {})
  const sections = [`## ${runs[0]?.factor} ×`, overloadTable(byContestant)]
  return targets.length < 2 ? sections : [...sections, targetTable(byContestant, targets)]
}

function targetTable(
  runsByContestant: ReadonlyMap<string, readonly OverloadRun[]>,
  targets: readonly string[],
): string {
  const rows = [...runsByContestant].flatMap(([contestant, runs]) =>
    targets.map((target) => {
      const outcomes = runs.filter(isValid).flatMap((run) => run.targets[target] ?? [])
      const cell = (
        read: (each: (typeof outcomes)[number]) => number | undefined,
        digits: number,
      ) => formatSpread(outcomes.map(read), digits)
      return [
        contestant,
        target,
        cell(({ goodputPerSecond }) => goodputPerSecond, 1),
        cell(({ served, offered }) => served / offered, 3),
        cell(({ servedMs }) => servedMs.p99Ms, 1),
      ]
    }),
  )
  return markdownTable(['guard', 'route', 'served / s', 'success', 'served p99 ms'], rows)
}

function goalSections(
  { runs, calibrations }: OverloadData,
  workload: string,
  factors: readonly number[],
): readonly string[] {
  const valid = runs.filter(isValid)
  const goals = factors.flatMap((factor) => {
    const ofFactor = valid.filter((run) => run.factor === factor)
    const statics = ofFactor.filter((run) => run.contestant.startsWith('static'))
    return GUARDS.flatMap((guard) =>
      overloadGoals({
        workload,
        guard,
        factor,
        runs: ofFactor.filter((run) => run.contestant === guard),
        unloadedP99Ms:
          spreadOf(calibrations.map((each) => each.unloadedP99Ms))?.median ?? Number.NaN,
        bestStaticRatio: spreadOf(statics.map((run) => run.goodputRatio))?.median,
      }),
    )
  })
  if (goals.length === 0) return []
  return ["## Headgate and the design's figures", markdownTable(GOAL_HEADER, goals.map(goalRow))]
}

function calibrationLine(calibrations: readonly Calibration[]): string {
  const cell = (read: (each: Calibration) => number, digits: number): string =>
    formatSpread(calibrations.map(read), digits)
  return (
    `Capacity of the bare server: ${cell((each) => each.capacityPerSecond, 0)} per second, ` +
    `${cell((each) => each.serveMs * 1000, 0)} µs of CPU each. At a tenth of it: ` +
    `p50 ${cell((each) => each.unloadedP50Ms, 2)} ms, p99 ${cell((each) => each.unloadedP99Ms, 2)} ms.`
  )
}
