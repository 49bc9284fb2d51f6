import type { Clock } from '@headgate/core'
import { exponential, lognormal } from '../random/distribution.ts'
import type { Random } from '../random/random.ts'
import { Delay } from '../service/delay.ts'
import { Station } from '../service/station.ts'
import { type Plant, type Scenario, steadyLoad } from './scenario.ts'

/**
 * Scenarios in which what the limit has learnt becomes wrong: the law was not made on these, they look for
 * where it breaks.
 */
export const TURNING_SCENARIOS: readonly Scenario[] = [
  {
    name: 'M',
    about: 'slow IO opens the limit; later the pool behind it shrinks from 10 to 4',
    ...steadyLoad({
      endSeconds: 270,
      judgedSeconds: [150, 270],
      perSecond: 120,
      capacityPerSecond: 80,
    }),
    build: slowIoThenSmallPool,
  },
  {
    name: 'N',
    about: 'a pool at 2 times its capacity, whose queries then take 4 times as long',
    ...steadyLoad({
      endSeconds: 180,
      judgedSeconds: [60, 180],
      perSecond: 400,
      capacityPerSecond: 50,
    }),
    build: slowQueries,
  },
  {
    name: 'O',
    about: 'a pool of 10 at 5 times its capacity, which then grows to 40 connections',
    ...steadyLoad({
      endSeconds: 180,
      judgedSeconds: [60, 180],
      perSecond: 1000,
      capacityPerSecond: 800,
    }),
    build: growingPool,
  },
  {
    name: 'P',
    about: 'CPU-bound at 2 times its capacity, then the CPU is half as fast',
    ...steadyLoad({
      endSeconds: 180,
      judgedSeconds: [60, 180],
      perSecond: 400,
      capacityPerSecond: 100,
    }),
    build: slowCpu,
  },
  {
    name: 'Q',
    about: 'CPU-bound at 2 times its capacity, then the IO before it takes 200 ms instead of 20',
    ...steadyLoad({
      endSeconds: 180,
      judgedSeconds: [60, 180],
      perSecond: 400,
      capacityPerSecond: 200,
    }),
    build: (clock) => {
      const delay = new Delay(clock)
      const loop = new Station(clock, 1)
      return {
        steps: [
          { stage: delay, work: lognormal(20, 0.3) },
          { stage: loop, work: exponential(5) },
        ],
        loop,
        events: [{ atMs: 60_000, happen: () => delay.slow(10) }],
      }
    },
  },
]

function slowQueries(clock: Clock): Plant {
  // The work itself grows: an answer that took a second of work is not late by the limit's doing.
  let slowness = 1
  const query = exponential(50)
  const work = { mean: query.mean, draw: (random: Random): number => query.draw(random) * slowness }
  return {
    steps: [{ stage: new Station(clock, 10), work }],
    events: [
      {
        atMs: 60_000,
        happen: () => {
          slowness = 4
        },
      },
    ],
  }
}

function growingPool(clock: Clock): Plant {
  const pool = new Station(clock, 10)
  return {
    steps: [{ stage: pool, work: exponential(50) }],
    events: [{ atMs: 60_000, happen: () => pool.resize(40) }],
  }
}

function slowCpu(clock: Clock): Plant {
  const loop = new Station(clock, 1)
  return {
    steps: [
      { stage: new Delay(clock), work: lognormal(20, 0.3) },
      { stage: loop, work: exponential(5) },
    ],
    loop,
    events: [{ atMs: 60_000, happen: () => loop.slow(2) }],
  }
}

function slowIoThenSmallPool(clock: Clock): Plant {
  const delay = new Delay(clock)
  const pool = new Station(clock, 10)
  return {
    steps: [
      { stage: delay, work: lognormal(20, 0.3) },
      { stage: pool, work: exponential(50) },
    ],
    events: [
      { atMs: 30_000, happen: () => delay.slow(20) },
      { atMs: 120_000, happen: () => delay.slow(1) },
      { atMs: 150_000, happen: () => pool.resize(4) },
    ],
  }
}
