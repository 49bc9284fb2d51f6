/** The simulator against exact results: if these hold, its queues queue as queues do. */
import t from 'tap'
import { constant } from '../../src/index.ts'
import { erlangB, erlangC } from './erlang.ts'
import { checkMean, SERVICE_MS, simulateQueue } from './simulate-queue.ts'

/**
 * Servers, load, the part that waits, the mean wait in service times (none where it takes too many requests
 * to be told from another), and the size of a batch.
 */
const WAITS = [
  [1, 0.5, 0.5, 1, 10_000],
  [1, 0.9, 0.9, 9, 30_000],
  [2, 1.6, 0.7111111111, 1.7777777778, 10_000],
  [4, 3.2, 0.5964324718, 0.7455405897, 10_000],
  [8, 6.4, 0.4576449254, 0.2860280784, 10_000],
  [10, 8, 0.4091801508, 0.2045900754, 10_000],
  [10, 9, 0.6687315241, 0.6687315241, 20_000],
  [16, 12.8, 0.3048839129, 0.0952762228, 20_000],
  [50, 45, 0.3638644672, undefined, 20_000],
  [100, 80, 0.0196464266, undefined, 40_000],
  [100, 90, 0.2169404809, undefined, 30_000],
  [100, 95, 0.5064568539, undefined, 30_000],
] as const

for (const [servers, load, waited, waitInServices, perBatch] of WAITS) {
  t.test(`M/M/${servers} at ${load}: Erlang C`, async (t) => {
    t.ok(Math.abs(erlangC(servers, load) - waited) < 1e-9, 'the formula says the same')
    const run = simulateQueue({ servers, load, perBatch })
    // A hundred servers at 80 are seldom all taken: a million requests tell that no better.
    checkMean(t, run.waited, { expected: waited, precision: waited < 0.1 ? 0.25 : 0.1 })
    if (waitInServices !== undefined) checkMean(t, run.waitInServices, { expected: waitInServices })
  })
}

t.test('waits of M/M/10 at 8 are exponential', async (t) => {
  for (const services of [0.25, 0.5, 1]) {
    const longMs = services * SERVICE_MS
    const run = simulateQueue({ servers: 10, load: 8, perBatch: 20_000, longMs })
    checkMean(t, run.waited, { expected: 0.4091801508 * Math.exp(-2 * services) })
  }
})

t.test('M/D/1 at .8: half the wait of M/M/1', async (t) => {
  const run = simulateQueue({ servers: 1, load: 0.8, work: constant(SERVICE_MS) })
  checkMean(t, run.waitInServices, { expected: 2 })
})

for (const [servers, load, refused] of [
  [2, 1, 0.2],
  [10, 8, 0.1216610643],
  [100, 90, 0.0269573805],
] as const) {
  t.test(`a limit of ${servers} at ${load} refuses as Erlang B says`, async (t) => {
    t.ok(Math.abs(erlangB(servers, load) - refused) < 1e-9, 'the formula says the same')
    const perBatch = 20_000
    checkMean(t, simulateQueue({ servers, load, room: servers, perBatch }).refused, {
      expected: refused,
    })
  })
}

for (const [load, refused] of [
  [0.9, 0.0508137313],
  [1, 1 / 11],
  [1.5, 0.3372320802],
] as const) {
  t.test(`a limit of 10 on one server at ${load} refuses as M/M/1/10 does`, async (t) => {
    checkMean(t, simulateQueue({ servers: 1, load, room: 10, perBatch: 20_000 }).refused, {
      expected: refused,
    })
  })
}

t.test('as many servers as the root of the load asks for', async (t) => {
  const most = [0.2, 0.1, 0.05, 0.01]
  for (const [load, staff] of [
    [10, [14, 16, 17, 19]],
    [100, [111, 115, 119, 125]],
    [1000, [1034, 1046, 1056, 1077]],
  ] as const) {
    const least = most.map((ratio) => {
      let servers = load + 1
      while (erlangC(servers, load) > ratio) servers += 1
      return servers
    })
    t.strictSame(least, staff, `load ${load}`)
  }
  const [enough, tooFew] = [14, 13].map((servers) => simulateQueue({ servers, load: 10 }).waited)
  checkMean(t, enough ?? [], { expected: erlangC(14, 10) })
  checkMean(t, tooFew ?? [], { expected: erlangC(13, 10) })
})
