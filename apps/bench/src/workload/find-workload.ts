import { cpuWorkload } from './cpu-workload.ts'
import { helloWorkload } from './hello-workload.ts'
import { mixedWorkload } from './mixed-workload.ts'
import { poolWorkload, slowPoolWorkload } from './pool-workload.ts'
import { webWorkload } from './web-workload.ts'
import type { Workload } from './workload.ts'

const WORKLOADS: readonly Workload[] = [
  cpuWorkload,
  poolWorkload,
  slowPoolWorkload,
  webWorkload,
  mixedWorkload,
  helloWorkload,
]

export function findWorkload(name: string): Workload {
  const found = WORKLOADS.find((workload) => workload.name === name)
  if (found === undefined) {
    const names = WORKLOADS.map((workload) => workload.name).join(', ')
    throw new Error(`workload must be one of ${names}, got ${name}`)
  }
  return found
}
