import { constant } from '../random/distribution.ts'
import { quantile } from '../record/quantile.ts'
import type { Population } from '../traffic/population.ts'
import { steadyRate } from '../traffic/population.ts'
import { anyTenant, mintedTenant, oneTenant } from '../traffic/tenant-key.ts'
import {
  CAPACITY_PER_SECOND,
  callsOf,
  type Figure,
  goodRatio,
  runFigure,
  SERVICE_MS,
  SERVICE_TIME,
  startedOf,
} from './figure.ts'
import { atLeast, atMost, type Measure } from './measure.ts'

const TENANTS = 20
const SHARE_PER_SECOND = CAPACITY_PER_SECOND / TENANTS

/** Who must not be hurt, and by whom. */
export const ISOLATION_FIGURES: readonly Figure[] = [
  {
    name: 'one noisy tenant',
    about: 'one tenant at 10 times its share, 19 quiet ones at 0.8 of theirs',
    seconds: 20,
    shortSeconds: 4,
    measure: oneNoisyTenant,
  },
  {
    name: 'many noisy tenants',
    about: '15 tenants at 10 times their share, 5 quiet ones at 0.8 of theirs',
    seconds: 10,
    shortSeconds: 2,
    measure: manyNoisyTenants,
  },
  {
    name: 'hanging tenant',
    about: 'a tenant whose requests take 5 s, capped to 20 % of the permits; 19 others at 0.8',
    seconds: 20,
    shortSeconds: 4,
    measure: hangingTenant,
  },
  {
    name: 'hanging pool',
    about: 'a pool of 20 % of the permits, whose requests take 5 s; others at 0.8 of the rest',
    seconds: 20,
    shortSeconds: 4,
    measure: hangingPool,
  },
  {
    name: 'anonymous flood',
    about: '1.5 times the capacity under names that nobody has used before; a tenant at 0.8',
    seconds: 10,
    shortSeconds: 3,
    measure: anonymousFlood,
  },
]

function oneNoisyTenant(seed: number, seconds: number): readonly Measure[] {
  const run = runFigure({ seed, seconds, populations: [quiet(19), noisy(1)] })
  const waitsMs = Float64Array.from(startedOf(run, 'quiet'), ({ waitedMs }) => waitedMs)
  const served = startedOf(run, 'quiet').length
  const leftOver = CAPACITY_PER_SECOND * seconds - served
  return [
    atLeast('quiet success', goodRatio(callsOf(run, 'quiet')), 0.999),
    atMost('quiet p99 wait, ms', quantile(waitsMs, 0.99), 1.5 * SERVICE_MS),
    atLeast('noisy, of what is left', startedOf(run, 'noisy').length / leftOver, 0.95),
  ]
}

function manyNoisyTenants(seed: number, seconds: number): readonly Measure[] {
  const run = runFigure({ seed, seconds, populations: [quiet(5), noisy(15)] })
  return [atLeast('quiet success', goodRatio(callsOf(run, 'quiet')), 0.995)]
}

function hangingTenant(seed: number, seconds: number): readonly Measure[] {
  const hanging: Population = {
    name: 'hanging',
    load: steadyRate(0.8 * SHARE_PER_SECOND),
    work: constant(5_000),
    tenant: oneTenant('hanging'),
  }
  const populations = [quiet(19), hanging]
  const options = { tenants: { maxInFlightRatio: 0.2 } }
  const run = runFigure({ seed, seconds, populations, options })
  return [atLeast('success of the others', goodRatio(callsOf(run, 'quiet')), 0.97)]
}

/** A jail: whatever waits and hangs there, all else goes on as if it were not. */
function hangingPool(seed: number, seconds: number): readonly Measure[] {
  const maxRatio = 0.2
  const hanging: Population = {
    name: 'hanging',
    load: steadyRate(CAPACITY_PER_SECOND),
    work: constant(5_000),
    flow: 'GET /report',
    pool: 'reports',
  }
  const others: Population = {
    name: 'others',
    load: steadyRate(0.8 * (1 - maxRatio) * CAPACITY_PER_SECOND),
    work: SERVICE_TIME,
    flow: 'GET /order',
  }
  const options = { pools: { reports: { maxRatio } } }
  const run = runFigure({ seed, seconds, populations: [hanging, others], options })
  const waitsMs = Float64Array.from(startedOf(run, 'others'), ({ waitedMs }) => waitedMs)
  return [
    atLeast('success of the others', goodRatio(callsOf(run, 'others')), 0.999),
    atMost('p99 wait of the others, ms', quantile(waitsMs, 0.99), 1.5 * SERVICE_MS),
  ]
}

function anonymousFlood(seed: number, seconds: number): readonly Measure[] {
  const flood: Population = {
    name: 'flood',
    load: steadyRate(1.5 * CAPACITY_PER_SECOND),
    work: SERVICE_TIME,
    anonymous: mintedTenant('flood'),
  }
  const run = runFigure({ seed, seconds, populations: [quiet(1), flood] })
  return [atLeast('success of the tenant', goodRatio(callsOf(run, 'quiet')), 0.99)]
}

function quiet(count: number): Population {
  return {
    name: 'quiet',
    load: steadyRate(0.8 * SHARE_PER_SECOND * count),
    work: SERVICE_TIME,
    tenant: anyTenant('quiet', count),
  }
}

function noisy(count: number): Population {
  return {
    name: 'noisy',
    load: steadyRate(10 * SHARE_PER_SECOND * count),
    work: SERVICE_TIME,
    tenant: anyTenant('noisy', count),
  }
}
