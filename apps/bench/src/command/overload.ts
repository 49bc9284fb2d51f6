import type { HostName } from '../host/host-name.ts'
import { type Calibration, calibrate } from '../measure/calibrate.ts'
import { isValid, type OverloadRun, overloadRun } from '../measure/overload-run.ts'
import type { BenchResult } from '../report/bench-result.ts'
import { progress } from '../report/progress.ts'
import { findWorkload } from '../workload/find-workload.ts'
import type { Workload } from '../workload/workload.ts'
import { alternate } from './alternate.ts'
import type { CommandOptions } from './command-options.ts'
import { type OverloadData, overloadPage } from './overload-page.ts'
import { bestOfSweep, type Sweep, sweep } from './sweep.ts'

const SWEEP_FACTOR = 5
const SWEEP_MS = 3000

/** All contestants under the same overload of one workload, in turns. */
export async function overloadCommand(
  options: CommandOptions,
  host: HostName,
  name: string,
): Promise<BenchResult<OverloadData>> {
  const workload = findWorkload(name)
  const asked = { ...options, host }
  const calibrations = [await calibrate(workload, asked)]
  const chosen = await chooseStaticLimit(options, host, {
    workload,
    calibration: calibrations[0] as Calibration,
  })
  const runs: OverloadRun[] = []
  for (let repeat = 0; repeat < options.repeats; repeat++) {
    // Afresh each round: on a shared machine capacity moves by more than contestants differ.
    const calibration = repeat === 0 ? calibrations[0] : await calibrate(workload, asked)
    if (calibration === undefined) continue
    if (repeat > 0) calibrations.push(calibration)
    progress(`${host} ${name} capacity ${calibration.capacityPerSecond.toFixed(0)}/s`)
    for (const factor of options.factors) {
      for (const contestant of alternate(chosen.contestants, options.seed + repeat)) {
        const run = await overloadRun({
          host,
          contestant,
          workload,
          calibration,
          factor,
          overloadMs: options.seconds * 1000,
          seed: options.seed + repeat,
          attempts: options.attempts,
          measuresRefusal: true,
        })
        progress(describe(run))
        runs.push(run)
      }
    }
  }
  const ofHost = host === 'fastify' ? '' : `${host}-`
  return {
    name: `overload-${ofHost}${name}`,
    title: `Overload, ${host}: ${workload.about}`,
    data: { calibrations, sweeps: chosen.sweeps, runs },
    sections: (data) => overloadPage(data, name),
  }
}

/** `static` without a value gets the best of a sweep. */
async function chooseStaticLimit(
  options: CommandOptions,
  host: HostName,
  { workload, calibration }: { readonly workload: Workload; readonly calibration: Calibration },
): Promise<{ readonly contestants: readonly string[]; readonly sweeps: readonly Sweep[] }> {
  const { contestants, limits, seed, attempts } = options
  if (!contestants.includes('static')) return { contestants, sweeps: [] }
  const sweeps = await sweep({
    host,
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
    sweeps,
  }
}

function describe(run: OverloadRun): string {
  const { servedMs, rejectedMs } = run.overload
  const rejectUs = run.rejectCostMs === undefined ? '–' : (run.rejectCostMs * 1000).toFixed(1)
  return (
    `${run.contestant} at ${run.factor} ×: goodput ${run.goodputRatio.toFixed(3)} of ${run.boundRatio?.toFixed(3) ?? '–'}, ` +
    `p99 ${servedMs.p99Ms?.toFixed(0)} ms, reject p99 ${rejectedMs.p99Ms?.toFixed(1)} ms, ${rejectUs} µs each, ` +
    `lag p99 ${run.lagP99Ms?.toFixed(1)} ms, recovery ${run.recoveryMs ?? 'never'}` +
    `${isValid(run) ? '' : `, INVALID: ${run.invalidReasons.join('; ')}`}`
  )
}
