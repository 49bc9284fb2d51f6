import type { HostName } from '../host/host-name.ts'
import { bare } from './bare.ts'
import type { Contestant } from './contestant.ts'
import { headgate, headgateGuard, headgateTenants } from './headgate.ts'
import { headgateOtel, headgatePrometheus, headgateTelemetry } from './headgate-telemetry.ts'
import { overloadProtection, overloadProtectionTuned } from './overload-protection.ts'
import { staticLimit } from './static-limit.ts'
import { toobusy, toobusyTuned } from './toobusy.ts'
import { underPressure, underPressureTuned, underPressureUtilization } from './under-pressure.ts'

const CONTESTANTS: readonly Contestant[] = [
  bare,
  underPressure,
  underPressureTuned,
  underPressureUtilization,
  overloadProtection,
  overloadProtectionTuned,
  toobusy,
  toobusyTuned,
  staticLimit,
  headgate,
  headgateGuard,
  headgateTenants,
  headgatePrometheus,
  headgateOtel,
  headgateTelemetry,
]

/**
 * A contestant and its parameter, from `name` or `name:parameter`.
 *
 * @throws {Error} that names those there are for this host.
 */
export function findContestant(
  spec: string,
  host: HostName,
): { readonly contestant: Contestant; readonly parameter: string | undefined } {
  const [name, parameter] = spec.split(':')
  const known = CONTESTANTS.filter((each) => each[host] !== undefined)
  const contestant = known.find((each) => each.name === name)
  if (contestant === undefined) {
    const names = known.map((each) => each.name).join(', ')
    throw new Error(`contestant must be one of ${names} under ${host}, got ${name}`)
  }
  return { contestant, parameter }
}
