import { constant, type Distribution, exponential } from '../random/distribution.ts'
import { byOwner, jainIndex, slotTimeMs } from '../record/fair-shares.ts'
import type { Attempt } from '../traffic/attempt.ts'
import type { Population } from '../traffic/population.ts'
import { eachTenant, oneTenant } from '../traffic/tenant-key.ts'
import { type Figure, runFigure, SERVICE_MS, SERVICE_TIME, SLOTS } from './figure.ts'
import { atLeast, atMost, type Measure, within } from './measure.ts'

const WEIGHTS: Readonly<Record<string, number>> = { w1: 1, w2: 2, w4: 4, w8: 8 }
const SUM_WEIGHTS = 15
/** Shares are judged once everybody is at work. */
const WARM_MS = 1_000
/** Enough that somebody always waits, and no more than may wait of one tenant. */
const CLIENTS_PER_SLOT = 2.8
/** Nobody is kept from its share by the bound on what one tenant may have in flight. */
const UNCAPPED = { maxInFlightRatio: 1 }

/** Who gets how much of a server that all want at once. */
export const SHARE_FIGURES: readonly Figure[] = [
  {
    name: 'equal tenants',
    about: '50 tenants that always have somebody waiting, for 9 s',
    seconds: 10,
    shortSeconds: 4,
    measure: equalTenants,
  },
  {
    name: 'weights',
    about: 'four tenants of weights 1, 2, 4 and 8 that always have somebody waiting',
    seconds: 20,
    shortSeconds: 6,
    measure: weights,
  },
  {
    name: 'slow tenant',
    about:
      'two tenants that always have somebody waiting, one with 10 times as much work a request',
    seconds: 40,
    shortSeconds: 20,
    measure: slowTenant,
  },
]

function equalTenants(seed: number, seconds: number): readonly Measure[] {
  const counts = started(seed, seconds, [equals(constant(SERVICE_MS))]).map(({ length }) => length)
  const times = started(seed, seconds, [equals(SERVICE_TIME)]).map((attempts) =>
    slotTimeMs(attempts, { fromMs: WARM_MS, toMs: seconds * 1000 }),
  )
  return [
    atLeast('Jain of requests', jainIndex(counts), 0.9999),
    atMost('most less fewest requests', Math.max(...counts) - Math.min(...counts), 2),
    atLeast('Jain of slot time, random work', jainIndex(times), 0.999),
  ]
}

/** The requests of each tenant that started while shares were judged. */
function started(
  seed: number,
  seconds: number,
  populations: readonly Population[],
): readonly (readonly Attempt[])[] {
  const run = runFigure({ seed, seconds, populations })
  const judged = run.attempts.filter(
    ({ hasStarted, startedMs }) => hasStarted && startedMs >= WARM_MS && startedMs < seconds * 1000,
  )
  return [...byOwner(judged).values()]
}

function equals(work: Distribution): Population {
  const think = constant(0)
  // Each has one slot on average, and three more clients that wait for it.
  const load = { kind: 'closed', clients: 4 * SLOTS, think } as const
  return { name: 'equals', load, work, tenant: eachTenant('equal', SLOTS) }
}

function weights(seed: number, seconds: number): readonly Measure[] {
  const shareOf = (work: Distribution): readonly number[] => {
    const populations = Object.entries(WEIGHTS).map(([name, weight]) =>
      busy(name, { clients: Math.ceil((CLIENTS_PER_SLOT * SLOTS * weight) / SUM_WEIGHTS), work }),
    )
    const tenants = { ...UNCAPPED, weight: (tenant: string) => WEIGHTS[tenant] ?? 1 }
    return slotTimes(seed, seconds, { populations, tenants })
  }
  return [
    ...shareOf(constant(SERVICE_MS)).map((share, index) => ofWeight('fixed work', share, index)),
    ...shareOf(SERVICE_TIME).map((share, index) => ofWeight('random work', share, index)),
  ]
}

function ofWeight(what: string, share: number, index: number): Measure {
  const weight = Object.values(WEIGHTS)[index] as number
  return within(`${what}, weight ${weight}`, share * SUM_WEIGHTS, [weight, 0.005])
}

function slowTenant(seed: number, seconds: number): readonly Measure[] {
  const populations = [
    busy('slow', { clients: 45, work: exponential(10 * SERVICE_MS) }),
    busy('quick', { clients: 50, work: SERVICE_TIME }),
  ]
  const [slow = 0] = slotTimes(seed, seconds, { populations, tenants: UNCAPPED })
  const [capped = 0] = slotTimes(seed, seconds, { populations, tenants: {} })
  return [
    within('share of the slow, no cap', slow, [0.5, 0.02]),
    within('share of the slow', capped, [0.5, 0.02]),
  ]
}

/** The share of slot time of each population, whose name is its tenant's. */
function slotTimes(
  seed: number,
  seconds: number,
  { populations, tenants }: { populations: readonly Population[]; tenants: object },
): readonly number[] {
  const { attempts } = runFigure({ seed, seconds, populations, options: { tenants } })
  const owners = byOwner(attempts)
  const times = populations.map(({ name }) =>
    slotTimeMs(owners.get(name) ?? [], { fromMs: WARM_MS, toMs: seconds * 1000 }),
  )
  const sum = times.reduce((total, time) => total + time, 0)
  return times.map((time) => time / sum)
}

/** A tenant whose clients ask again as soon as they have an answer. */
function busy(
  name: string,
  { clients, work }: { readonly clients: number; readonly work: Distribution },
): Population {
  const load = { kind: 'closed', clients, think: constant(0) } as const
  return { name, load, work, tenant: oneTenant(name) }
}
