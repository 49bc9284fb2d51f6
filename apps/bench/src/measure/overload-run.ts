import { forkLoad, type LoadOutcomes, type LoadTarget, recoveryMs } from '@headgate/loadgen'
import type { HostName } from '../host/host-name.ts'
import { GENERATOR_CPU, type ServerProcess, withServer } from '../server/server-process.ts'
import type { Workload } from '../workload/workload.ts'
import type { Calibration } from './calibrate.ts'
import { goodputBound } from './goodput-bound.ts'
import { invalidReasons } from './invalid-reasons.ts'
import { findPhase } from './phase-usage.ts'
import { measureRefusal } from './refusal-cost.ts'
import { type Measured, retryInvalid } from './retry-invalid.ts'

const CALM_FACTOR = 0.5
/** What refuses is compiled until some 4 s into the first overload, by another thread on the same core. */
const WARM_UP_OVERLOAD_MS = 5_000
const REST_MS = 3_000
const WARM_UP_MS = 1500
const BEFORE_MS = 2000
const AFTER_MS = 3000
/** What disturbs the calm phases shows as a worse recovery at most. */
const MEASURED = ['overload']

export interface OverloadRunOptions {
  readonly host: HostName
  readonly contestant: string
  readonly workload: Workload
  readonly calibration: Calibration
  readonly factor: number
  readonly overloadMs: number
  readonly seed: number
  /** At most so many, until nothing disturbed the run. */
  readonly attempts: number
  /** Instead of the workload's own. */
  readonly targets?: readonly LoadTarget[] | undefined
  /** Afterwards: the CPU of a refusal. */
  readonly measuresRefusal?: boolean | undefined
}

/** One run: half of capacity, then `factor` times capacity, then half again. */
export interface OverloadRun extends Measured {
  readonly contestant: string
  readonly factor: number
  readonly capacityPerSecond: number
  /** Served in time, as a fraction of the bare server's capacity. */
  readonly goodputRatio: number
  /** What could be served at most, given what each refusal cost in this run. */
  readonly boundRatio?: number
  /** CPU of a request that the bare server serves, and of one that this guard refuses. */
  readonly serveCostMs: number
  readonly rejectCostMs?: number
  readonly recoveryMs?: number
  /** How late the generator itself was, p99: of the latencies so much may be its own. */
  readonly lagP99Ms?: number | undefined
  readonly overload: LoadOutcomes
  readonly targets: Readonly<Record<string, LoadOutcomes>>
  readonly before: LoadOutcomes
}

export async function overloadRun(options: OverloadRunOptions): Promise<OverloadRun> {
  return await retryInvalid(options.attempts, () => runOnce(options))
}

export function isValid(run: OverloadRun): boolean {
  return run.invalidReasons.length === 0
}

async function runOnce(options: OverloadRunOptions): Promise<OverloadRun> {
  const { host, contestant, workload, calibration, factor, seed } = options
  const { capacityPerSecond, serveMs } = calibration
  const calm = { ratePerSecond: capacityPerSecond * CALM_FACTOR }
  return await withServer({ host, contestant, workload: workload.name, seed }, async (server) => {
    const report = await forkLoad({
      url: server.url,
      targets: options.targets ?? workload.targets,
      phases: [
        { name: 'warm-up', ...calm, durationMs: WARM_UP_MS },
        // A service that has run for a while has compiled how it refuses; afterwards it comes to rest.
        {
          name: 'warm-up-overload',
          ratePerSecond: capacityPerSecond * factor,
          durationMs: WARM_UP_OVERLOAD_MS,
        },
        { name: 'rest', ratePerSecond: 0, durationMs: REST_MS },
        { name: 'before', ...calm, durationMs: BEFORE_MS },
        {
          name: 'overload',
          ratePerSecond: capacityPerSecond * factor,
          durationMs: options.overloadMs,
        },
        { name: 'after', ...calm, durationMs: AFTER_MS },
      ],
      seed,
      cpu: GENERATOR_CPU,
    })
    const readings = await server.usage()
    const rejectMs = await refusal(server, options)
    const { total, targets, startMs, durationMs, lag } = findPhase(report, 'overload')
    const recovered = recoveryMs(report.series, startMs + durationMs)
    const offeredFactor = (total.offered * 1000) / durationMs / capacityPerSecond
    return {
      contestant,
      factor,
      invalidReasons: invalidReasons(report, MEASURED, readings),
      capacityPerSecond,
      goodputRatio: total.goodputPerSecond / capacityPerSecond,
      serveCostMs: serveMs,
      ...(rejectMs !== undefined && {
        rejectCostMs: rejectMs,
        boundRatio: goodputBound({ factor: offeredFactor, capacityPerSecond, rejectMs, serveMs }),
      }),
      ...(recovered !== undefined && { recoveryMs: recovered }),
      lagP99Ms: lag.p99Ms,
      overload: total,
      targets,
      before: findPhase(report, 'before').total,
    }
  })
}

async function refusal(
  server: ServerProcess,
  { workload, calibration, factor, targets, seed, measuresRefusal }: OverloadRunOptions,
): Promise<number | undefined> {
  if (!measuresRefusal || factor <= 1) return undefined
  return await measureRefusal(server, {
    targets: targets ?? workload.targets,
    ratePerSecond: calibration.capacityPerSecond * (factor - 1),
    burstMs: workload.burstMs,
    seed,
  })
}
