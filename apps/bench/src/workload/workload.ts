import type { LoadTarget, SeededRandom } from '@headgate/loadgen'
import type { WorkMeter } from './work-meter.ts'

export interface WorkloadTools {
  readonly random: SeededRandom
  readonly meter: WorkMeter
}

export type WorkloadHandler = () => Promise<string>

/** A kind of work a server does, and the requests that ask for it. */
export interface Workload {
  readonly name: string
  readonly about: string
  /** In the shares the load has them; each path is a route. */
  readonly targets: readonly LoadTarget[]
  /** So many clients in closed loop keep the bottleneck busy. */
  readonly closedLoopConnections: number
  /** What a handler burns in one go: so long nothing else is read. 0 where it only waits. */
  readonly burstMs: number
  /** What runs under each path. */
  createHandlers(tools: WorkloadTools): Readonly<Record<string, WorkloadHandler>>
}
