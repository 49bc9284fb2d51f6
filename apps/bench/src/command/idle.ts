import { forkLoad, type LoadOutcomes } from '@headgate/loadgen'
import type { HostName } from '../host/host-name.ts'
import { type Calibration, calibrate } from '../measure/calibrate.ts'
import { closedLoop } from '../measure/closed-loop.ts'
import { invalidReasons } from '../measure/invalid-reasons.ts'
import { findPhase } from '../measure/phase-usage.ts'
import { type Measured, retryInvalid } from '../measure/retry-invalid.ts'
import type { BenchData, BenchResult } from '../report/bench-result.ts'
import { markdownTable } from '../report/markdown-table.ts'
import { progress } from '../report/progress.ts'
import { formatSpread, spreadOf } from '../report/spread.ts'
import { GENERATOR_CPU, withServer } from '../server/server-process.ts'
import { findWorkload } from '../workload/find-workload.ts'
import { WARM_UP_PATH } from '../workload/warm-up-path.ts'
import type { Workload } from '../workload/workload.ts'
import { alternate } from './alternate.ts'
import type { CommandOptions } from './command-options.ts'

const HALF = 0.5
const WARM_UP_MS = 1500
/** Some ten thousand requests: what a service has seen after a minute at half load, and V8 compiles its code for. */
const COMPILE_MS = 3000
const COMPILE_TARGETS = [{ name: 'warm-up', path: WARM_UP_PATH }]
const COMPILE_CONNECTIONS = 20
const MAX_EXTRA_RATIO = 0.05
const MAX_EXTRA_MS = 0.2

interface IdleTask {
  readonly host: HostName
  readonly workload: Workload
  readonly calibration: Calibration
}

/** By contestant. */
interface IdleRuns extends BenchData {
  readonly [contestant: string]: readonly LoadOutcomes[]
}

interface IdleData extends BenchData {
  readonly [about: string]: {
    readonly calibrations: readonly Calibration[]
    readonly runs: IdleRuns
  }
}

/** What a guard adds to the latency of a server with half of its capacity to spare. */
export async function idleCommand(
  options: CommandOptions,
  host: HostName,
): Promise<BenchResult<IdleData>> {
  const data: Record<string, IdleData[string]> = {}
  for (const name of options.workloads) {
    const workload = findWorkload(name)
    const calibration = await calibrate(workload, { ...options, host })
    const runs = await idleRuns(options, { host, workload, calibration })
    data[workload.about] = { calibrations: [calibration], runs: Object.fromEntries(runs) }
  }
  return {
    name: host === 'fastify' ? 'idle' : `idle-${host}`,
    title: `Latency at half load, ${host}`,
    data,
    sections: (all) => [INTRODUCTION, ...Object.entries(all).flatMap(idleSections)],
  }
}

const INTRODUCTION =
  'Open loop at half of the capacity, after three seconds of hello world in closed loop: V8 has compiled what it runs. A guard may add 5 % or 0.2 ms, whichever is more. Medians, with least and greatest.'

function idleSections([about, { calibrations, runs }]: [
  string,
  IdleData[string],
]): readonly string[] {
  const rates = calibrations.map(({ capacityPerSecond }) => capacityPerSecond * HALF)
  return [`## ${about}, ${formatSpread(rates, 0)} per second`, idleTable(runs)]
}

async function idleRuns(
  options: CommandOptions,
  { host, workload, calibration }: IdleTask,
): Promise<ReadonlyMap<string, readonly LoadOutcomes[]>> {
  const runs = new Map<string, LoadOutcomes[]>(options.contestants.map((name) => [name, []]))
  const ratePerSecond = calibration.capacityPerSecond * HALF
  for (let repeat = 0; repeat < options.repeats; repeat++) {
    for (const contestant of alternate(options.contestants, repeat)) {
      const seed = options.seed + repeat
      const durationMs = options.seconds * 1000
      const run = await retryInvalid(options.attempts, () =>
        idleRun({ host, contestant, workload, ratePerSecond, durationMs, seed }),
      )
      const { p50Ms, p99Ms } = run.half.servedMs
      progress(`${workload.name} ${contestant}: p50 ${p50Ms} ms, p99 ${p99Ms} ms`)
      if (run.invalidReasons.length === 0) runs.get(contestant)?.push(run.half)
    }
  }
  return runs
}

async function idleRun(run: {
  readonly host: HostName
  readonly contestant: string
  readonly workload: Workload
  readonly ratePerSecond: number
  readonly durationMs: number
  readonly seed: number
}): Promise<Measured & { readonly half: LoadOutcomes }> {
  const { host, contestant, workload, ratePerSecond, durationMs, seed } = run
  return await withServer({ host, contestant, workload: workload.name, seed }, async (server) => {
    await closedLoop({
      url: server.url,
      targets: COMPILE_TARGETS,
      connections: COMPILE_CONNECTIONS,
      durationMs: COMPILE_MS,
    })
    const report = await forkLoad({
      url: server.url,
      targets: workload.targets,
      phases: [
        { name: 'warm-up', ratePerSecond, durationMs: WARM_UP_MS },
        { name: 'half', ratePerSecond, durationMs },
      ],
      seed,
      cpu: GENERATOR_CPU,
    })
    return {
      half: findPhase(report, 'half').total,
      invalidReasons: invalidReasons(report, ['half'], await server.usage()),
    }
  })
}

function idleTable(runs: IdleRuns): string {
  const bare = runs.bare ?? []
  return markdownTable(
    ['guard', 'p50 ms', 'p99 ms', 'p50 added', 'p99 added', 'not served', 'runs'],
    Object.entries(runs).map(([contestant, outcomes]) => [
      contestant,
      formatSpread(outcomes.map(p50), 3),
      formatSpread(outcomes.map(p99), 3),
      added(outcomes, bare, p50),
      added(outcomes, bare, p99),
      String(outcomes.reduce((sum, each) => sum + each.offered - each.served, 0)),
      String(outcomes.length),
    ]),
  )
}

function p50({ servedMs }: LoadOutcomes): number | undefined {
  return servedMs.p50Ms
}

function p99({ servedMs }: LoadOutcomes): number | undefined {
  return servedMs.p99Ms
}

/** Of the medians; the runs met the same arrivals, but not the same machine. */
function added(
  guarded: readonly LoadOutcomes[],
  bare: readonly LoadOutcomes[],
  read: (outcomes: LoadOutcomes) => number | undefined,
): string {
  const withGuard = spreadOf(guarded.map(read))?.median
  const without = spreadOf(bare.map(read))?.median
  if (withGuard === undefined || without === undefined || guarded === bare) return '–'
  const extraMs = withGuard - without
  const isAllowed = extraMs <= Math.max(MAX_EXTRA_MS, without * MAX_EXTRA_RATIO)
  const percent = ((extraMs / without) * 100).toFixed(1)
  return `${extraMs.toFixed(3)} ms (${percent} %)${isAllowed ? '' : ' **too much**'}`
}
