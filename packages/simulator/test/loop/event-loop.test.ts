import { FixedLimit } from '@headgate/core'
import t from 'tap'
import {
  type AdmissionRun,
  constant,
  type Population,
  runAdmission,
  steadyRate,
} from '../../src/index.ts'

const NOTHING = { readMs: 0, refuseMs: 0, serveMs: 0 }

t.test(
  'does one thing at a time: no two jobs overlap, however many permits there are',
  async (t) => {
    const { attempts } = run([{ name: 'a', load: steadyRate(400), work: constant(2) }])
    const served = attempts.filter(({ state }) => state === 'served')
    t.ok(served.length > 300, `${served.length}`)
    served.sort((one, other) => one.startedMs - other.startedMs)
    for (const [index, { startedMs }] of served.entries()) {
      const before = served[index - 1]
      if (before !== undefined && startedMs < before.endedMs) t.fail('two at a time')
    }
  },
)

t.test('what comes while a job runs is heard only afterwards', async (t) => {
  const { attempts } = run([
    { name: 'long', load: steadyRate(10), work: constant(50) },
    { name: 'short', load: steadyRate(500), work: constant(0.1) },
  ])
  const long = attempts.filter(({ call }) => call.population.name === 'long')
  const during = attempts.filter(
    ({ call, offeredMs }) =>
      call.population.name === 'short' &&
      long.some(({ startedMs, endedMs }) => offeredMs > startedMs && offeredMs < endedMs),
  )
  t.ok(during.length > 50)
  const heard = during.filter(({ startedMs, endedMs, state }) => {
    const atMs = state === 'served' ? startedMs : endedMs
    return long.some((job) => atMs > job.startedMs && atMs < job.endedMs)
  })
  t.same(heard, [])
})

t.test('reading and refusing take their part of the time', async (t) => {
  const load = [{ name: 'a', load: steadyRate(4_000), work: constant(2) }]
  const free = served(run(load))
  // Of each second 4,000 x 0.05 ms go into reading, and nearly as many into refusing.
  const dear = served(run(load, { readMs: 0.05, refuseMs: 0.05, serveMs: 0 }))
  // Those who wait at the end are served after it.
  t.ok(Math.abs(free - 500) < 20, `${free}`)
  t.ok(Math.abs(dear - 0.62 * 500) < 15, `${dear}`)
})

t.test('ends when nothing is left to do, with everybody answered', async (t) => {
  const { attempts, problems } = run([{ name: 'a', load: steadyRate(2_000), work: constant(1) }])
  t.same(problems, [])
  t.ok(attempts.every(({ state }) => state === 'served' || state === 'refused'))
})

function run(populations: readonly Population[], loop = NOTHING): AdmissionRun {
  const scenario = { name: 'loop', about: 'one loop', endMs: 1_000, loop, populations }
  return runAdmission({ ...scenario, makeLimit: () => new FixedLimit(20) }, { seed: 1 })
}

function served({ attempts }: AdmissionRun): number {
  return attempts.filter(({ state }) => state === 'served').length
}
