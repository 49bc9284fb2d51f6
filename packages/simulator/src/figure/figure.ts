import { type AdmissionOptions, FixedLimit } from '@headgate/core'
import { type Distribution, exponential } from '../random/distribution.ts'
import type { AdmissionScenario } from '../scenario/admission-scenario.ts'
import { type AdmissionRun, runAdmission } from '../scenario/run-admission.ts'
import type { Attempt } from '../traffic/attempt.ts'
import type { Call } from '../traffic/call.ts'
import type { Population } from '../traffic/population.ts'
import type { Measure } from './measure.ts'

/** One row of the table of figures: a simulation with a target. */
export interface Figure {
  readonly name: string
  readonly about: string
  /** Simulated time that is enough to judge it. */
  readonly seconds: number
  /** The least that shows anything: for tests. */
  readonly shortSeconds: number
  readonly measure: (seed: number, seconds: number) => readonly Measure[]
}

/** The house of all figures: fifty slots of 10 ms, five thousand requests a second. */
export const SLOTS = 50
export const SERVICE_MS = 10
export const CAPACITY_PER_SECOND = 5_000

/** Room for 400 ms of work, more than clients wait for: where the default of 200 places decides too early. */
export const LONG_ROOM: AdmissionOptions = { queue: { maxQueued: 2_000 } }

export const SERVICE_TIME: Distribution = exponential(SERVICE_MS)

/** What differs between figures. All that is left out is the product's default: every mechanism is on. */
export interface FigureScenario {
  readonly seed: number
  readonly seconds: number
  readonly populations: readonly Population[]
  readonly options?: AdmissionOptions
  readonly stalls?: NonNullable<AdmissionScenario['stalls']>
}

/** @throws {Error} when the checker finds anything wrong: no figure of a wrong run is worth anything. */
export function runFigure({ seed, seconds, ...rest }: FigureScenario): AdmissionRun {
  const run = runAdmission(
    {
      name: 'figure',
      about: 'fifty slots of 10 ms',
      endMs: seconds * 1000,
      makeLimit: () => new FixedLimit(SLOTS),
      ...rest,
    },
    { seed },
  )
  if (run.problems.length > 0) throw new Error(`seed ${seed}: ${run.problems.join('; ')}`)
  return run
}

/** The part of the calls that were answered in time. */
export function goodRatio(calls: readonly Call[]): number {
  return calls.length === 0 ? 0 : calls.filter(({ isGood }) => isGood).length / calls.length
}

/** Calls of one population. */
export function callsOf({ calls }: AdmissionRun, name: string): readonly Call[] {
  return calls.filter(({ population }) => population.name === name)
}

/** Attempts of one population that were let in. */
export function startedOf({ attempts }: AdmissionRun, name: string): readonly Attempt[] {
  return attempts.filter(({ call, hasStarted }) => hasStarted && call.population.name === name)
}
