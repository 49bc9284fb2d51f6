import { type AdmissionOptions, TIERS, type Tier } from '@headgate/core'
import type { AdmissionRun } from '../scenario/run-admission.ts'
import { steadyRate } from '../traffic/population.ts'
import {
  CAPACITY_PER_SECOND,
  callsOf,
  type Figure,
  goodRatio,
  LONG_ROOM,
  runFigure,
  SERVICE_TIME,
} from './figure.ts'
import { atLeast, atMost, type Measure } from './measure.ts'

/** What part of the load is of which tier. */
export const TIER_MIX: Readonly<Record<Tier, number>> = {
  critical: 0.1,
  important: 0.2,
  optional: 0.3,
  opportunistic: 0.4,
}

/** What goes first when there is too much of everything. */
export const TIER_FIGURES: readonly Figure[] = [
  {
    name: 'tiers at 0.9',
    about: '10, 20, 30 and 40 % of four tiers at 0.9 of the capacity',
    seconds: 20,
    shortSeconds: 4,
    measure: (seed, seconds) => {
      const run = runTiers(0.9, { seed, seconds })
      const shed = run.attempts.filter(({ reason }) => reason === 'shed' || reason === 'evicted')
      return [atMost('shed', shed.length, 0), ...successes(run, TIERS)]
    },
  },
  {
    name: 'tiers at 0.9, default room',
    about: 'the same with room for 40 ms of work, of which opportunistic may use 8',
    seconds: 20,
    shortSeconds: 4,
    measure: (seed, seconds) => {
      const run = runTiers(0.9, { seed, seconds, options: {} })
      // A queue of fifty servers at 0.9 is longer than that for half a percent of the time.
      const lowest = goodRatio(callsOf(run, 'opportunistic'))
      return [...successes(run, TIERS.slice(0, 3)), atLeast('opportunistic success', lowest, 0.99)]
    },
  },
  {
    name: 'tiers at 1.5',
    about: 'the same at 1.5 times the capacity: opportunistic takes all the loss',
    seconds: 20,
    shortSeconds: 4,
    measure: (seed, seconds) => {
      const run = runTiers(1.5, { seed, seconds })
      return [...successes(run, ['critical', 'important', 'optional']), ...useOfRest(run, seconds)]
    },
  },
  {
    name: 'tiers at 3',
    about: 'the same at 3 times the capacity: opportunistic and most of optional go',
    seconds: 20,
    shortSeconds: 4,
    measure: (seed, seconds) => {
      const run = runTiers(3, { seed, seconds })
      return [...successes(run, ['critical', 'important']), ...useOfRest(run, seconds)]
    },
  },
]

interface TierRun {
  readonly seed: number
  readonly seconds: number
  readonly options?: AdmissionOptions
}

function runTiers(factor: number, { seed, seconds, options = LONG_ROOM }: TierRun): AdmissionRun {
  const populations = TIERS.map((tier) => ({
    name: tier,
    tier,
    load: steadyRate(factor * TIER_MIX[tier] * CAPACITY_PER_SECOND),
    work: SERVICE_TIME,
  }))
  return runFigure({ seed, seconds, populations, options })
}

function successes(run: AdmissionRun, tiers: readonly Tier[]): readonly Measure[] {
  return tiers.map((tier) => atLeast(`${tier} success`, goodRatio(callsOf(run, tier)), 0.999))
}

/** Shedding is no help to anybody if what is shed could have been served. */
function useOfRest({ calls }: AdmissionRun, seconds: number): readonly Measure[] {
  const good = calls.filter(({ isGood }) => isGood).length
  return [atLeast('goodput, of capacity', good / (CAPACITY_PER_SECOND * seconds), 0.98)]
}
