import { type Calibration, calibrate } from '../measure/calibrate.ts'
import { isValid, type OverloadRun, overloadRun } from '../measure/overload-run.ts'
import type { BenchResult } from '../report/bench-result.ts'
import { markdownTable } from '../report/markdown-table.ts'
import { progress } from '../report/progress.ts'
import { formatSpread, spreadOf } from '../report/spread.ts'
import { findWorkload } from '../workload/find-workload.ts'
import type { Workload } from '../workload/workload.ts'
import { alternate } from './alternate.ts'
import type { CommandOptions } from './command-options.ts'
import { GOAL_HEADER, goalRow } from './goals.ts'
import { overloadGoals } from './overload-goals.ts'
import { overloadTable } from './overload-table.ts'
import { bestOfSweep, sweep, sweepSection } from './sweep.ts'

const SWEEP_FACTOR = 5
const SWEEP_MS = 3000

/** All contestants under the same overload of one workload, in turns. */
export async function overloadCommand(options: CommandOptions, name: string): Promise<BenchResult> {
  const workload = findWorkload(name)
  const calibrations = [await calibrate(workload, options)]
  const chosen = await chooseStaticLimit(options, workload, calibrations[0] as Calibration)
  const runs: OverloadRun[] = []
  for (let repeat = 0; repeat < options.repeats; repeat++) {
    // Afresh each round: on a shared machine capacity moves by more than contestants differ.
    const calibration = repeat === 0 ? calibrations[0] : await calibrate(workload, options)
    if (calibration === undefined) continue
    if (repeat > 0) calibrations.push(calibration)
    progress(`${name} capacity ${calibration.capacityPerSecond.toFixed(0)}/s`)
    for (const factor of options.factors) {
      for (const contestant of alternate(chosen.contestants, repeat)) {
        const overloadMs = options.seconds * 1000
        const seed = options.seed + repeat
        const run = await overloadRun({
          contestant,
          workload,
          calibration,
          factor,
          overloadMs,
          seed,
          attempts: options.attempts,
        })
        progress(describe(run))
        runs.push(run)
      }
    }
  }
  return {
    name: `overload-${name}`,
    title: `Overload: ${workload.about}`,
    sections: [
      INTRODUCTION,
      calibrationLine(calibrations),
      ...chosen.sections,
      ...options.factors.flatMap((factor) => factorSections(factor, runs, chosen.contestants)),
      ...goalSections({ options, name, runs, calibrations }),
    ],
    data: { calibrations, runs },
  }
}

const INTRODUCTION =
  'Open loop: half of capacity, then so many times capacity, then half again; before that, to warm up, half, two seconds ' +
  'of the same overload, and a rest of four. Goodput is what was answered 2xx within one ' +
  'second of the intended start, as a fraction of what the bare server does in closed loop. The bound is (1 − k·r/s) / (1 − r/s), ' +
  'with r and s the CPU of a refused and of a served request in the same run. Recovery is the time from the end of the overload ' +
  'until each 500 ms have 99 % success. Medians, with least and greatest.'

/** `static` without a value gets the best of a sweep. */
async function chooseStaticLimit(
  options: CommandOptions,
  workload: Workload,
  calibration: Calibration,
): Promise<{ readonly contestants: readonly string[]; readonly sections: readonly string[] }> {
  const { contestants, limits, seed, attempts } = options
  if (!contestants.includes('static')) return { contestants, sections: [] }
  const sweeps = await sweep({
    workload,
    calibration,
    limits,
    factor: SWEEP_FACTOR,
    repeats: 1,
    overloadMs: SWEEP_MS,
    seed,
    attempts,
  })
  const best = bestOfSweep(sweeps, calibration)
  return {
    contestants: contestants.map((each) => (each === 'static' ? `static:${best.limit}` : each)),
    sections: [`Fixed limits at ${SWEEP_FACTOR} ×, one run each:`, sweepSection(sweeps, best)],
  }
}

function factorSections(
  factor: number,
  runs: readonly OverloadRun[],
  contestants: readonly string[],
): readonly string[] {
  const ofFactor = runs.filter((run) => run.factor === factor)
  const byContestant = new Map(
    contestants.map((name) => [name, ofFactor.filter((run) => run.contestant === name)]),
  )
  const targets = Object.keys(ofFactor[0]?.targets ?? {})
  const sections = [`## ${factor} ×`, overloadTable(byContestant)]
  return targets.length < 2 ? sections : [...sections, targetTable(byContestant, targets)]
}

function targetTable(
  runsByContestant: ReadonlyMap<string, readonly OverloadRun[]>,
  targets: readonly string[],
): string {
  const rows = [...runsByContestant].flatMap(([contestant, runs]) =>
    targets.map((target) => {
      const outcomes = runs.filter(isValid).flatMap((run) => run.targets[target] ?? [])
      return [
        contestant,
        target,
        formatSpread(
          outcomes.map(({ goodputPerSecond }) => goodputPerSecond),
          1,
        ),
        formatSpread(
          outcomes.map(({ served, offered }) => served / offered),
          3,
        ),
        formatSpread(
          outcomes.map(({ servedMs }) => servedMs.p99Ms),
          1,
        ),
      ]
    }),
  )
  return markdownTable(['guard', 'route', 'served / s', 'success', 'served p99 ms'], rows)
}

function goalSections(measured: {
  readonly options: CommandOptions
  readonly name: string
  readonly runs: readonly OverloadRun[]
  readonly calibrations: readonly Calibration[]
}): readonly string[] {
  const { options, name, runs, calibrations } = measured
  const valid = runs.filter(isValid)
  const goals = options.factors.flatMap((factor) => {
    const ofFactor = valid.filter((run) => run.factor === factor)
    const statics = ofFactor.filter((run) => run.contestant.startsWith('static'))
    return overloadGoals({
      workload: name,
      factor,
      runs: ofFactor.filter((run) => run.contestant === 'headgate'),
      unloadedP99Ms: spreadOf(calibrations.map((each) => each.unloadedP99Ms))?.median ?? Number.NaN,
      bestStaticRatio: spreadOf(statics.map((run) => run.goodputRatio))?.median,
    })
  })
  if (goals.length === 0) return []
  return ["## Headgate and the design's figures", markdownTable(GOAL_HEADER, goals.map(goalRow))]
}

function calibrationLine(calibrations: readonly Calibration[]): string {
  const capacity = formatSpread(
    calibrations.map((each) => each.capacityPerSecond),
    0,
  )
  const p50 = formatSpread(
    calibrations.map((each) => each.unloadedP50Ms),
    2,
  )
  const p99 = formatSpread(
    calibrations.map((each) => each.unloadedP99Ms),
    2,
  )
  return `Capacity of the bare server: ${capacity} per second. At a tenth of it: p50 ${p50} ms, p99 ${p99} ms.`
}

function describe(run: OverloadRun): string {
  const { servedMs, rejectedMs } = run.overload
  return (
    `${run.contestant} at ${run.factor} ×: goodput ${run.goodputRatio.toFixed(3)}, ` +
    `p99 ${servedMs.p99Ms?.toFixed(0)} ms, reject p99 ${rejectedMs.p99Ms?.toFixed(1)} ms, lag p99 ${run.lagP99Ms?.toFixed(1)} ms, ` +
    `recovery ${run.recoveryMs ?? 'never'}${isValid(run) ? '' : `, INVALID: ${run.invalidReasons.join('; ')}`}`
  )
}
