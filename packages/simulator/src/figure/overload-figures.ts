import type { AdmissionOptions } from '@headgate/core'
import { exponential } from '../random/distribution.ts'
import { quantile } from '../record/quantile.ts'
import type { AdmissionRun } from '../scenario/run-admission.ts'
import type { Call } from '../traffic/call.ts'
import { burstRate, type Population, steadyRate } from '../traffic/population.ts'
import { naiveRetry } from '../traffic/retry-policy.ts'
import { anyTenant } from '../traffic/tenant-key.ts'
import {
  CAPACITY_PER_SECOND,
  type Figure,
  goodRatio,
  LONG_ROOM,
  runFigure,
  SERVICE_MS,
  SERVICE_TIME,
  SLOTS,
} from './figure.ts'
import { atLeast, atMost, type Measure } from './measure.ts'

const SHORT_PATIENCE_MS = 150
const PATIENCE_MS = 250
const BURST = { fromMs: 2_000, toMs: 4_000 }
/** Long enough for clients to fill any room. */
const TRIGGER = { atMs: 3_000, forMs: 3_000 }

/** What is still served in time when more comes than can be, and after. */
export const OVERLOAD_FIGURES: readonly Figure[] = [
  {
    name: 'impatient clients',
    about: '1.5 times the capacity, room for 400 ms, clients that leave unseen after 150 ms',
    seconds: 20,
    shortSeconds: 4,
    measure: impatientClients,
  },
  {
    name: 'sparse tenants',
    about: 'the same from 10,000 tenants',
    seconds: 20,
    shortSeconds: 4,
    measure: sparseTenants,
  },
  {
    name: 'burst',
    about: 'twice the capacity for 2 s, else 0.8; clients leave unseen after 250 ms',
    seconds: 10,
    shortSeconds: 6,
    measure: burst,
  },
  {
    name: 'retries after a standstill',
    about: '4,040 clients with three tries at once and 250 ms of patience; 3 s without an answer',
    seconds: 16,
    shortSeconds: 10,
    measure: (seed, seconds) => [
      atLeast('success a second after', successAfterStandstill(seed, seconds), 0.999),
    ],
  },
]

function impatientClients(seed: number, seconds: number): readonly Measure[] {
  const run = runFigure({ seed, seconds, populations: [impatient()], options: LONG_ROOM })
  const good = run.calls.filter(({ isGood }) => isGood)
  const latenciesMs = Float64Array.from(good, ({ latencyMs }) => latencyMs)
  return [
    atLeast('goodput, of capacity', good.length / (CAPACITY_PER_SECOND * seconds), 0.98),
    atMost('late, of served', lateRatio(run), 0.001),
    atMost('p50, ms', quantile(latenciesMs, 0.5), 2 * SERVICE_MS),
  ]
}

function sparseTenants(seed: number, seconds: number): readonly Measure[] {
  const populations = [{ ...impatient(), tenant: anyTenant('sparse', 10_000) }]
  const run = runFigure({ seed, seconds, populations, options: LONG_ROOM })
  const good = run.calls.filter(({ isGood }) => isGood).length
  return [
    atLeast('goodput, of capacity', good / (CAPACITY_PER_SECOND * seconds), 0.98),
    atMost('late, of served', lateRatio(run), 0.001),
  ]
}

function impatient(): Population {
  return {
    name: 'impatient',
    load: steadyRate(1.5 * CAPACITY_PER_SECOND),
    work: SERVICE_TIME,
    patienceMs: SHORT_PATIENCE_MS,
    isLeavingSeen: false,
  }
}

/** Work that was done for a client that had left. */
function lateRatio({ attempts }: AdmissionRun): number {
  const served = attempts.filter(({ hasStarted }) => hasStarted)
  return served.filter(({ isAbandoned }) => isAbandoned).length / served.length
}

function burst(seed: number, seconds: number): readonly Measure[] {
  const load = burstRate(0.8 * CAPACITY_PER_SECOND, {
    ...BURST,
    perSecond: 2 * CAPACITY_PER_SECOND,
  })
  const clients = { name: 'clients', load, work: SERVICE_TIME, patienceMs: PATIENCE_MS }
  const run = runFigure({ seed, seconds, populations: [{ ...clients, isLeavingSeen: false }] })
  const inBurst = arrivedIn(run.calls, BURST.fromMs, BURST.toMs).length
  // Beside what is served during the burst: what may still wait at its end.
  const carried = 4 * SLOTS
  const burstMs = BURST.toMs - BURST.fromMs
  const possible = Math.min(inBurst, (CAPACITY_PER_SECOND * burstMs) / 1000 + carried)
  const good = run.calls.filter(({ isGood }) => isGood).length
  const after = arrivedIn(run.calls, BURST.toMs + 250, seconds * 1000)
  return [
    atLeast('success after 250 ms', goodRatio(after), 0.999),
    atLeast('served, of the possible', good / (run.calls.length - inBurst + possible), 0.99),
    atMost('late, of served', lateRatio(run), 0.001),
  ]
}

/** With naive retries, and without anybody's help; from a second after the service has come back. */
export function successAfterStandstill(
  seed: number,
  seconds: number,
  options: AdmissionOptions = {},
): number {
  const clients: Population = {
    name: 'clients',
    // 0.8 of the capacity while all goes well; when nobody is answered, three tries in 1.75 s: 1.4 of it.
    load: { kind: 'closed', clients: 4_040, think: exponential(1_000) },
    work: SERVICE_TIME,
    patienceMs: PATIENCE_MS,
    isLeavingSeen: false,
    retry: naiveRetry(3),
  }
  const run = runFigure({ seed, seconds, populations: [clients], stalls: [TRIGGER], options })
  const fromMs = TRIGGER.atMs + TRIGGER.forMs + 1_000
  return goodRatio(arrivedIn(run.calls, fromMs, seconds * 1000))
}

function arrivedIn(calls: readonly Call[], fromMs: number, toMs: number): readonly Call[] {
  return calls.filter(({ arrivedMs }) => arrivedMs >= fromMs && arrivedMs < toMs)
}
