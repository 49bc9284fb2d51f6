/** Queues of other than exponential times: Pollaczek and Khinchine, and where an approximation is wrong. */
import t, { type Test } from 'tap'
import {
  constant,
  type Distribution,
  exponential,
  hyperexponential,
  lognormal,
} from '../../src/index.ts'
import { erlangC } from './erlang.ts'
import { batchMeans, checkMean, SERVICE_MS, simulateQueue } from './simulate-queue.ts'

/** Log-normal with a squared coefficient of variation of 10. */
const HEAVY = lognormal(SERVICE_MS, Math.sqrt(Math.log(11)))

t.test('M/G/1 at .8: the wait grows with the variance of the work', async (t) => {
  for (const [work, expected, perBatch] of [
    [constant(SERVICE_MS), 2, 10_000],
    [exponential(SERVICE_MS), 4, 20_000],
    [hyperexponential(SERVICE_MS, 4), 10, 60_000],
  ] as const) {
    const run = simulateQueue({ servers: 1, load: 0.8, work, perBatch })
    checkMean(t, run.waitInServices, { expected })
  }
})

t.test('M/G/1 at .8 with a heavy tail: 22 service times', async (t) => {
  const run = simulateQueue({ servers: 1, load: 0.8, work: HEAVY, perBatch: 60_000 })
  const { mean, interval } = batchMeans(run.waitInServices)
  // Of a tail like this a million requests do not tell more.
  t.ok(interval < 5, `${mean} +- ${interval}`)
  t.ok(Math.abs(mean - 22) < 3 * interval, `${mean} +- ${interval}`)
})

/** How far off Allen and Cunneen's approximation is on 8 servers, in percent of the simulated wait. */
t.test('eight servers: where two moments do not tell the wait', async (t) => {
  const deterministic = { gap: constant(1), gapVariation: 0 }
  const bursty = { gap: hyperexponential(1, 4), gapVariation: 4 }
  check(t, { load: 0.9, work: constant(SERVICE_MS), workVariation: 0 }, -1)
  check(t, { load: 0.9, ...deterministic }, 20)
  check(t, { load: 0.8, ...bursty }, -21)
  check(t, { load: 0.5, ...bursty }, -53)
})

interface GeneralQueue {
  /** For each server. */
  readonly load: number
  readonly work?: Distribution
  /** Squared coefficients of variation. */
  readonly workVariation?: number
  readonly gap?: Distribution
  readonly gapVariation?: number
}

function check(t: Test, queue: GeneralQueue, expectedPercent: number): void {
  const { load, work, gap, workVariation = 1, gapVariation = 1 } = queue
  const perBatch = load < 0.9 ? 30_000 : 60_000
  const run = simulateQueue({
    servers: 8,
    load: 8 * load,
    perBatch,
    ...(work === undefined ? {} : { work }),
    ...(gap === undefined ? {} : { gap }),
  })
  const { mean, interval } = batchMeans(run.waitInServices)
  const formula = (erlangC(8, 8 * load) / (8 - 8 * load)) * ((workVariation + gapVariation) / 2)
  const percent = 100 * (formula / mean - 1)
  // The published figures are simulated too: their last digit, and three intervals of ours.
  const tolerance = 2 + (300 * interval * formula) / mean ** 2
  t.ok(tolerance < 25, 'precise enough to fail')
  t.ok(
    Math.abs(percent - expectedPercent) < tolerance,
    `load ${load}: ${percent.toFixed(1)} +- ${tolerance.toFixed(1)} %, published ${expectedPercent}`,
  )
}
