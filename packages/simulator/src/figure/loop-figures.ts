import { FixedLimit, TIERS } from '@headgate/core'
import type { LoopCosts } from '../loop/event-loop.ts'
import { constant, type Distribution, gamma } from '../random/distribution.ts'
import { quantile } from '../record/quantile.ts'
import { type AdmissionRun, runAdmission } from '../scenario/run-admission.ts'
import { type Population, steadyRate } from '../traffic/population.ts'
import { anyTenant, oneTenant } from '../traffic/tenant-key.ts'
import { callsOf, type Figure, goodRatio, startedOf } from './figure.ts'
import { atLeast, atMost, type Measure } from './measure.ts'
import { TIER_MIX } from './tier-figures.ts'

/** About what Fastify with Headgate takes on a core of 2024. */
const COSTS: LoopCosts = { readMs: 0.03, refuseMs: 0.03, serveMs: 0.13 }
const WORK: Distribution = gamma(2, 4)
/** What one loop can serve of that work when it refuses nobody. */
const PER_SECOND = 1000 / (2 + COSTS.readMs + COSTS.serveMs)

/** A handler that asks a database, and next to nothing else. */
const QUERY_MS = 12
const ASKING_MS = 0.3
/** One that computes. */
const COMPUTING_MS = 4

const DEAR_MS = 50
const DEAR_RATIO = 0.1
const CHEAP_MS = 1

/** What a process can do whose handlers are synchronous, so that reading and refusing take their time as well. */
export const LOOP_FIGURES: readonly Figure[] = [
  {
    name: 'one loop, CPU-bound',
    about: 'handlers of 2 ms at five times the capacity',
    seconds: 20,
    shortSeconds: 5,
    measure: (seed, seconds) => {
      const factor = 5
      const everybody = {
        name: 'everybody',
        flow: '/',
        load: steadyRate(PER_SECOND * factor),
        work: WORK,
      }
      const run = runLoop({ seed, seconds, populations: [everybody] })
      // Every arrival is read, and all that are not served are refused.
      const r = COSTS.readMs + COSTS.refuseMs
      const s = 1000 / PER_SECOND
      const bound = (1 - (factor * r) / s) / (1 - r / s)
      const goodput = startedOf(run, 'everybody').length / (PER_SECOND * seconds)
      return [
        atLeast('goodput, of the bound', goodput / bound, 0.99),
        atMost('p99 of the wait, ms', p99WaitMs(run, 'everybody'), 100),
        atMost('p99 until refused, ms', p99RefusedMs(run, 'everybody'), 10),
      ]
    },
  },
  {
    name: 'one loop, mixed work',
    about: '90 % of 1 ms and 10 % of 50 ms at five times the capacity of a first-come server',
    seconds: 20,
    shortSeconds: 8,
    measure: mixedWork,
  },
  {
    name: 'one loop, asking and computing',
    about:
      'as many requests of 0.3 ms and 12 ms of waiting as of 4 ms of work, at 2.5 times the capacity',
    seconds: 20,
    shortSeconds: 8,
    measure: askingAndComputing,
  },
  {
    name: 'one loop, tiers at 3',
    about: '10, 20, 30 and 40 % of four tiers at three times the capacity, in jobs of 2 ms',
    seconds: 20,
    shortSeconds: 8,
    measure: (seed, seconds) => {
      const populations = TIERS.map((tier) => ({
        name: tier,
        tier,
        flow: '/',
        load: steadyRate(3 * PER_SECOND * TIER_MIX[tier]),
        work: WORK,
      }))
      const run = runLoop({ seed, seconds, populations })
      return [
        atLeast('critical success', goodRatio(callsOf(run, 'critical')), 0.999),
        atLeast('important success', goodRatio(callsOf(run, 'important')), 0.98),
      ]
    },
  },
  {
    name: 'one loop, a loud tenant',
    about: 'one at ten times its share beside nineteen at 0.8 of theirs, in jobs of 2 ms',
    seconds: 20,
    shortSeconds: 8,
    measure: (seed, seconds) => {
      const share = PER_SECOND / 20
      const loud = {
        name: 'loud',
        tenant: oneTenant('loud'),
        load: steadyRate(10 * share),
        work: WORK,
      }
      const tenant = anyTenant('quiet', 19)
      const quiet = { name: 'quiet', tenant, load: steadyRate(0.8 * share * 19), work: WORK }
      const run = runLoop({ seed, seconds, populations: [loud, quiet] })
      return [atLeast('quiet success', goodRatio(callsOf(run, 'quiet')), 0.99)]
    },
  },
]

function mixedWork(seed: number, seconds: number): readonly Measure[] {
  const [dearMs, cheapMs] = [DEAR_MS, CHEAP_MS].map((ms) => ms + COSTS.readMs + COSTS.serveMs) as [
    number,
    number,
  ]
  const capacity = 1000 / (DEAR_RATIO * dearMs + (1 - DEAR_RATIO) * cheapMs)
  const route = (name: string, ratio: number, workMs: number): Population => ({
    name,
    flow: name,
    load: steadyRate(5 * capacity * ratio),
    work: constant(workMs),
  })
  const populations = [route('cheap', 1 - DEAR_RATIO, CHEAP_MS), route('dear', DEAR_RATIO, DEAR_MS)]
  const run = runLoop({ seed, seconds, populations })
  const [cheap, dear] = ['cheap', 'dear'].map((name) => startedOf(run, name).length) as [
    number,
    number,
  ]
  const cheapMsOfAll = cheap * CHEAP_MS
  const dearMsOfAll = dear * DEAR_MS
  return [
    atLeast('goodput, of a first-come server', (cheap + dear) / (capacity * seconds), 2.8),
    atLeast('time of the dear', dearMsOfAll / (dearMsOfAll + cheapMsOfAll), 0.4),
    atMost('p99 of the wait of the cheap, ms', p99WaitMs(run, 'cheap'), 100),
  ]
}

/**
 * With the loop the bottleneck, it is to be shared: those who ask need less than half of it and lose next
 * to nothing, and those who compute get what is left.
 */
function askingAndComputing(seed: number, seconds: number): readonly Measure[] {
  const [askingMs, computingMs] = [ASKING_MS, COMPUTING_MS].map(
    (ms) => ms + COSTS.readMs + COSTS.serveMs,
  ) as [number, number]
  const perSecond = (2.5 * 1000) / (askingMs + computingMs)
  const asking = {
    ...{ name: 'asking', flow: 'asking', load: steadyRate(perSecond) },
    ...{ work: constant(ASKING_MS), waitMs: QUERY_MS },
  }
  const computing = {
    ...{ name: 'computing', flow: 'computing', load: steadyRate(perSecond) },
    work: constant(COMPUTING_MS),
  }
  const run = runLoop({ seed, seconds, populations: [asking, computing] })
  const leftMs = 1000 - perSecond * (askingMs + COSTS.readMs + COSTS.refuseMs)
  const possible = leftMs / (computingMs - COSTS.readMs - COSTS.refuseMs)
  return [
    atLeast('success of the asking', goodRatio(callsOf(run, 'asking')), 0.99),
    atLeast(
      'computing, of what is left',
      startedOf(run, 'computing').length / (possible * seconds),
      0.95,
    ),
  ]
}

function runLoop({
  seed,
  seconds,
  populations,
}: {
  readonly seed: number
  readonly seconds: number
  readonly populations: readonly Population[]
}): AdmissionRun {
  const run = runAdmission(
    {
      name: 'one loop',
      about: 'synchronous handlers',
      endMs: seconds * 1000,
      makeLimit: () => new FixedLimit(20),
      loop: COSTS,
      populations,
    },
    { seed },
  )
  if (run.problems.length > 0) throw new Error(`seed ${seed}: ${run.problems.join('; ')}`)
  return run
}

function p99WaitMs(run: AdmissionRun, name: string): number {
  return quantile(
    Float64Array.from(startedOf(run, name), ({ waitedMs }) => waitedMs),
    0.99,
  )
}

function p99RefusedMs({ attempts }: AdmissionRun, name: string): number {
  const refused = attempts.filter(
    ({ call, state }) => state === 'refused' && call.population.name === name,
  )
  return quantile(
    Float64Array.from(refused, ({ offeredMs, endedMs }) => endedMs - offeredMs),
    0.99,
  )
}
