import { forkLoad } from '@headgate/loadgen'
import type { HostName } from '../host/host-name.ts'
import { GENERATOR_CPU, withServer } from '../server/server-process.ts'
import type { Workload } from '../workload/workload.ts'
import { closedLoop } from './closed-loop.ts'
import { stolenReasons } from './invalid-reasons.ts'
import { type Measured, retryInvalid } from './retry-invalid.ts'

const WARM_UP_MS = 1000
const CLOSED_LOOP_MS = 3000
/** Some hundred requests: fewer have no 99th percentile. */
const UNLOADED_MS = 5000
const UNLOADED_FACTOR = 0.1

/** What the bare server can do at this moment, on this machine: the measure of all contestants. */
export interface Calibration extends Measured {
  readonly capacityPerSecond: number
  /** CPU of a served request, in closed loop. */
  readonly serveMs: number
  /** Latency at a tenth of that. */
  readonly unloadedP50Ms: number
  readonly unloadedP99Ms: number
}

export async function calibrate(
  workload: Workload,
  options: { readonly host: HostName; readonly seed: number; readonly attempts: number },
): Promise<Calibration> {
  return await retryInvalid(options.attempts, () => calibrateOnce(workload, options))
}

async function calibrateOnce(
  workload: Workload,
  { host, seed }: { readonly host: HostName; readonly seed: number },
): Promise<Calibration> {
  const settings = { host, contestant: 'bare', workload: workload.name, seed }
  return await withServer(settings, async (server) => {
    const { url } = server
    const load = { url, targets: workload.targets, connections: workload.closedLoopConnections }
    await closedLoop({ ...load, durationMs: WARM_UP_MS })
    const before = (await server.usage()).at(-1)
    const { servedPerSecond } = await closedLoop({ ...load, durationMs: CLOSED_LOOP_MS })
    const after = (await server.usage()).at(-1)
    const stolenMs = (after?.stolenMs ?? 0) - (before?.stolenMs ?? 0)
    const cpuMs = (after?.cpuMs ?? 0) - (before?.cpuMs ?? 0)
    const served = (after?.jobs ?? 0) - (before?.jobs ?? 0)
    const { phases } = await forkLoad({
      url,
      targets: workload.targets,
      phases: [
        {
          name: 'unloaded',
          ratePerSecond: servedPerSecond * UNLOADED_FACTOR,
          durationMs: UNLOADED_MS,
        },
      ],
      connections: 50,
      seed,
      cpu: GENERATOR_CPU,
    })
    const unloaded = phases[0]?.total.servedMs
    return {
      invalidReasons: stolenReasons('calibration', stolenMs / CLOSED_LOOP_MS),
      capacityPerSecond: servedPerSecond,
      serveMs: cpuMs / served,
      unloadedP50Ms: unloaded?.p50Ms ?? Number.NaN,
      unloadedP99Ms: unloaded?.p99Ms ?? Number.NaN,
    }
  })
}
