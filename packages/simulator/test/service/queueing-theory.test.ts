/** The simulator against exact results: if these hold, its queues queue as queues do. */
import { FixedLimit, VirtualClock } from '@headgate/core'
import t, { type Test } from 'tap'
import {
  constant,
  type Distribution,
  type Ending,
  exponential,
  InstantGate,
  Service,
  Station,
  splitRandom,
  startPoissonSource,
} from '../../src/index.ts'

const SERVICE_MS = 10
const BATCHES = 20
const PER_BATCH = 10_000

interface Case {
  readonly servers: number
  /** Offered load in servers: arrival rate times service time. */
  readonly load: number
  readonly work?: Distribution
  /** How many may be inside, waiting included; everybody, when left out. */
  readonly room?: number
}

t.test('M/M/1 at .5: half wait, for one service time on average', async (t) => {
  const run = simulate({ servers: 1, load: 0.5 })
  check(t, run.waited, 0.5)
  check(t, run.waitInServices, 1)
})

t.test('M/M/10 at 8: Erlang C', async (t) => {
  const run = simulate({ servers: 10, load: 8 })
  check(t, run.waited, 0.4091801508)
  check(t, run.waitInServices, 0.2045900754)
})

t.test('M/D/1 at .8: half the wait of M/M/1', async (t) => {
  check(t, simulate({ servers: 1, load: 0.8, work: constant(SERVICE_MS) }).waitInServices, 2)
})

t.test('a limit of 10 on 10 servers at 8 refuses as Erlang B says', async (t) => {
  check(t, simulate({ servers: 10, load: 8, room: 10 }).refused, 0.1216610643)
})

t.test('a limit of 10 on one server at 1.5 refuses as M/M/1/10 does', async (t) => {
  check(t, simulate({ servers: 1, load: 1.5, room: 10 }).refused, 0.3372320802)
})

/** Within three confidence intervals of the batch means: a wrong model fails, an unlucky seed does not. */
function check(t: Test, batches: readonly number[], expected: number): void {
  const mean = batches.reduce((sum, value) => sum + value, 0) / batches.length
  const variance =
    batches.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (batches.length - 1)
  const interval = (2.09 * Math.sqrt(variance)) / Math.sqrt(batches.length)
  t.ok(interval < 0.1 * expected, `precise enough to fail: ${mean} +- ${interval}`)
  t.ok(Math.abs(mean - expected) < 3 * interval, `${mean} +- ${interval}, exactly ${expected}`)
}

function simulate({ servers, load, work = exponential(SERVICE_MS), room = 1e9 }: Case): {
  readonly waited: readonly number[]
  readonly waitInServices: readonly number[]
  readonly refused: readonly number[]
} {
  const clock = new VirtualClock()
  const perSecond = (load * 1000) / SERVICE_MS
  const batchMs = (PER_BATCH / perSecond) * 1000
  const batches = Array.from({ length: BATCHES }, () => ({
    all: 0,
    late: 0,
    refused: 0,
    waitMs: 0,
  }))
  const gate = new InstantGate({
    clock,
    limit: new FixedLimit(room),
    service: new Service([{ stage: new Station(clock, servers), work }], splitRandom(3, 'service')),
    timeoutMs: Number.POSITIVE_INFINITY,
    onEnd: (ending: Ending) => {
      // The first batch warms the queue up and is not counted.
      const batch = batches[Math.floor(ending.arrivedMs / batchMs) - 1]
      if (batch === undefined) return
      batch.all += 1
      if (ending.kind !== 'served') {
        batch.refused += 1
        return
      }
      const waitMs = ending.latencyMs - ending.workMs
      batch.waitMs += waitMs
      if (waitMs > 1e-6) batch.late += 1
    },
  })
  const parts = { clock, random: splitRandom(3, 'arrivals') }
  const endMs = batchMs * (BATCHES + 1)
  startPoissonSource(parts, { phases: [{ fromMs: 0, perSecond }], endMs }, () => gate.arrive())
  while (clock.step()) {
    // To the last answer.
  }
  return {
    waited: batches.map(({ late, all }) => late / all),
    waitInServices: batches.map(({ waitMs, all }) => waitMs / all / SERVICE_MS),
    refused: batches.map(({ refused, all }) => refused / all),
  }
}
