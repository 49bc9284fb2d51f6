import type { HostName } from '../host/host-name.ts'

/** What the command line says, with what it leaves open filled in. */
export interface CommandOptions {
  /** What the servers are made with; `overhead`, `telemetry` and `messages` take several. */
  readonly hosts: readonly HostName[]
  readonly workloads: readonly string[]
  readonly contestants: readonly string[]
  readonly factors: readonly number[]
  /** Values of a fixed limit that a sweep tries. */
  readonly limits: readonly number[]
  readonly repeats: number
  /** Of the phase that is measured. */
  readonly seconds: number
  readonly seed: number
  /** Of a measurement that something disturbed. */
  readonly attempts: number
}
