import { bare } from './bare.ts'
import type { Contestant } from './contestant.ts'
import { headgate, headgateClosed, headgateTenants } from './headgate.ts'
import { staticLimit } from './static-limit.ts'
import {
  underPressure,
  underPressureClosed,
  underPressureTuned,
  underPressureUtilization,
} from './under-pressure.ts'

const CONTESTANTS: readonly Contestant[] = [
  bare,
  underPressure,
  underPressureTuned,
  underPressureUtilization,
  staticLimit,
  headgate,
  headgateTenants,
  headgateClosed,
  underPressureClosed,
]

/** A contestant and its parameter, from `name` or `name:parameter`. */
export function findContestant(spec: string): {
  readonly contestant: Contestant
  readonly parameter: string | undefined
} {
  const [name, parameter] = spec.split(':')
  const contestant = CONTESTANTS.find((each) => each.name === name)
  if (contestant === undefined) {
    const names = CONTESTANTS.map((each) => each.name).join(', ')
    throw new Error(`contestant must be one of ${names}, got ${name}`)
  }
  return { contestant, parameter }
}
