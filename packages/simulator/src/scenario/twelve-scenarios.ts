import type { Clock } from '@headgate/core'
import { bimodal, type Distribution, exponential, lognormal } from '../random/distribution.ts'
import { Delay } from '../service/delay.ts'
import { Station } from '../service/station.ts'
import { type Plant, type Scenario, steadyLoad } from './scenario.ts'

/** The latency of a healthy dependency: log-normal, a little scattered. */
const IO_SIGMA = 0.3

/**
 * Twelve scenarios that between them break every published limit (A to L). In all of them arrivals are
 * Poisson, and a request waits for IO and then for a CPU, or for a connection of a pool.
 */
export const TWELVE_SCENARIOS: readonly Scenario[] = [
  {
    name: 'A',
    about: 'healthy: 60 % load, IO 20 ms, CPU 5 ms',
    ...steadyLoad({ endSeconds: 180, perSecond: 120, capacityPerSecond: 200 }),
    build: (clock) => ioThenCpu(clock, { io: lognormal(20, IO_SIGMA), cpu: exponential(5) }),
  },
  {
    name: 'B',
    about: 'sustained overload: A at 2 times the capacity',
    ...steadyLoad({ endSeconds: 180, perSecond: 400, capacityPerSecond: 200 }),
    build: (clock) => ioThenCpu(clock, { io: lognormal(20, IO_SIGMA), cpu: exponential(5) }),
  },
  {
    name: 'C',
    about: 'heavy-tailed CPU (log-normal, sigma 1.2), 60 % load',
    ...steadyLoad({ endSeconds: 180, perSecond: 120, capacityPerSecond: 200 }),
    build: (clock) => ioThenCpu(clock, { io: lognormal(20, IO_SIGMA), cpu: lognormal(5, 1.2) }),
  },
  {
    name: 'D',
    about: 'CPU of 2 ms, one in ten of 32 ms, 60 % load',
    ...steadyLoad({ endSeconds: 180, perSecond: 120, capacityPerSecond: 200 }),
    build: (clock) => ioThenCpu(clock, { io: lognormal(20, IO_SIGMA), cpu: bimodal(2, 32, 0.1) }),
  },
  {
    name: 'E',
    about: 'three requests a second, noisy IO of 60 ms',
    ...steadyLoad({ endSeconds: 300, perSecond: 3, capacityPerSecond: 200 }),
    build: (clock) => ioThenCpu(clock, { io: lognormal(60, 0.8), cpu: exponential(5) }),
  },
  {
    name: 'F',
    about: 'IO slows from 20 to 200 ms for two minutes, CPU not saturated: harmless',
    ...steadyLoad({
      endSeconds: 300,
      judgedSeconds: [60, 180],
      perSecond: 120,
      capacityPerSecond: 200,
    }),
    build: slowIo,
  },
  {
    name: 'G',
    about: 'the two minutes after F',
    ...steadyLoad({
      endSeconds: 300,
      judgedSeconds: [180, 300],
      perSecond: 120,
      capacityPerSecond: 200,
    }),
    build: slowIo,
  },
  {
    name: 'H',
    about: 'flash crowd: from 15/s to 150/s (75 % load), the first 30 s',
    ...steadyLoad({
      endSeconds: 120,
      judgedSeconds: [60, 90],
      perSecond: 150,
      capacityPerSecond: 200,
    }),
    load: [
      { fromMs: 0, perSecond: 15 },
      { fromMs: 60_000, perSecond: 150 },
    ],
    build: (clock) => ioThenCpu(clock, { io: lognormal(20, IO_SIGMA), cpu: exponential(5) }),
  },
  {
    name: 'I',
    about: '8 CPUs of 5 ms and IO of 50 ms at 60 %: needs a limit near 100',
    ...steadyLoad({ endSeconds: 180, perSecond: 960, capacityPerSecond: 1600 }),
    build: (clock) =>
      ioThenCpu(clock, { io: lognormal(50, IO_SIGMA), cpu: exponential(5), cpus: 8 }),
  },
  {
    name: 'J',
    about: 'pool of 10 x 50 ms at 2 times its capacity from 30 s on, loop idle',
    ...steadyLoad({
      endSeconds: 180,
      judgedSeconds: [30, 180],
      perSecond: 400,
      capacityPerSecond: 200,
    }),
    load: [
      { fromMs: 0, perSecond: 120 },
      { fromMs: 30_000, perSecond: 400 },
    ],
    build: (clock) => pool(clock),
  },
  {
    name: 'K',
    about: 'the same pool at 60 % load',
    ...steadyLoad({ endSeconds: 180, perSecond: 120, capacityPerSecond: 200 }),
    build: (clock) => pool(clock),
  },
  {
    name: 'L',
    about: 'the pool shrinks from 10 to 4 connections at 120/s, loop idle',
    ...steadyLoad({
      endSeconds: 300,
      judgedSeconds: [60, 180],
      perSecond: 120,
      capacityPerSecond: 80,
    }),
    build: (clock) => pool(clock, [60, 180]),
  },
]

function ioThenCpu(
  clock: Clock,
  { io, cpu, cpus = 1 }: { io: Distribution; cpu: Distribution; cpus?: number },
): Plant {
  const loop = new Station(clock, cpus)
  return {
    steps: [
      { stage: new Delay(clock), work: io },
      { stage: loop, work: cpu },
    ],
    loop,
  }
}

function slowIo(clock: Clock): Plant {
  const delay = new Delay(clock)
  const loop = new Station(clock, 1)
  return {
    steps: [
      { stage: delay, work: lognormal(20, IO_SIGMA) },
      { stage: loop, work: exponential(5) },
    ],
    loop,
    events: [
      { atMs: 60_000, happen: () => delay.slow(10) },
      { atMs: 180_000, happen: () => delay.slow(1) },
    ],
  }
}

function pool(clock: Clock, shrunken?: readonly [number, number]): Plant {
  const connections = new Station(clock, 10)
  const [fromSecond, toSecond] = shrunken ?? []
  const events =
    fromSecond === undefined || toSecond === undefined
      ? []
      : [
          { atMs: fromSecond * 1000, happen: () => connections.resize(4) },
          { atMs: toSecond * 1000, happen: () => connections.resize(10) },
        ]
  return { steps: [{ stage: connections, work: exponential(50) }], events }
}
