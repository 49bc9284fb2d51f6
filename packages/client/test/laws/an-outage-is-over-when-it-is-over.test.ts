import { VirtualClock } from '@headgate/core'
import t from 'tap'
import type { ResilientOptions } from '../../src/client/client-options.ts'
import { IS_LONG, SEEDS } from '../fixtures/seeds.ts'
import { exponential, seededRandom, VirtualClient } from '../fixtures/virtual-client.ts'
import { OUTAGE_TIMEOUTS, type Outage, simulateOutage } from '../fixtures/virtual-outage.ts'
import { VirtualServer } from '../fixtures/virtual-server.ts'

// A simulation takes as long as the machine makes it.
t.setTimeout(300_000)

/* The whole client, on virtual time, through ten seconds in which a server does a tenth of its work. */

const timeouts = OUTAGE_TIMEOUTS
const NAIVE: ResilientOptions = {
  timeouts,
  retry: { attempts: 4, budget: false },
  throttle: false,
  limiter: false,
}

const medianOf = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number

/** The worst of all seeds; of the recovery the median. */
function run(outage: Outage) {
  const all = SEEDS.map((seed) => simulateOutage(outage, seed))
  const figures = all.map(
    (one, at) =>
      `seed ${SEEDS[at]} ×${one.amplificationIn.toFixed(2)} ×${one.amplificationAfter.toFixed(3)} ${one.recoveryS} s`,
  )
  return {
    figures: figures.join(', '),
    amplificationIn: Math.max(...all.map((one) => one.amplificationIn)),
    amplificationAfter: Math.max(...all.map((one) => one.amplificationAfter)),
    recoveryS: medianOf(all.map((one) => one.recoveryS)),
    soonestS: Math.min(...all.map((one) => one.recoveryS)),
    latestS: Math.max(...all.map((one) => one.recoveryS)),
    leastAmplificationIn: Math.min(...all.map((one) => one.amplificationIn)),
  }
}

// At 0.9 a server without retries takes the better part of two minutes to work off its queue.
for (const [load, afterMs] of IS_LONG
  ? ([
      [0.8, 42_000],
      [0.9, 120_000],
    ] as const)
  : ([[0.8, 42_000]] as const)) {
  t.test(
    `a server that works through its queue recovers nearly as soon as without retries, at ${load}`,
    async (t) => {
      const outage = { load, knowsDeadlines: false, afterMs }
      const without = run({
        ...outage,
        options: { timeouts, retry: false, throttle: false, limiter: false },
      })
      const client = run({ ...outage, options: { timeouts } })
      t.comment(`no retries: ${without.figures}`)
      t.comment(`the client: ${client.figures}`)
      t.comment(
        'attempts a call in the outage (target ×1.2), after it (×1.03), recovery (1.25 times no retries)',
      )
      t.ok(client.amplificationIn <= 1.2)
      t.ok(client.amplificationAfter <= 1.03)
      t.ok(Number.isFinite(without.recoveryS))
      t.ok(client.recoveryS <= 1.25 * without.recoveryS)
    },
  )
}

t.test('one that leaves out what nobody waits for recovers at once', async (t) => {
  for (const load of IS_LONG ? [0.8, 0.9] : [0.9]) {
    const client = run({ load, options: { timeouts }, knowsDeadlines: true, afterMs: 12_000 })
    t.comment(`the client at ${load}: ${client.figures}; target ×1.2, ×1.03, 1 s`)
    t.ok(client.amplificationIn <= 1.2)
    t.ok(client.amplificationAfter <= 1.03)
    t.ok(client.latestS <= 1)
  }
})

t.test('control: the same calls with naive retries keep it down', async (t) => {
  const naive = run({ load: 0.8, options: NAIVE, knowsDeadlines: false, afterMs: 22_000 })
  t.comment(`naive retries: ${naive.figures}`)
  t.equal(naive.soonestS, Number.POSITIVE_INFINITY)
  t.ok(naive.leastAmplificationIn > 2)
})

t.test(
  'a chain of three services comes back by itself, and stays down with naive retries',
  async (t) => {
    for (const seed of SEEDS) {
      const client = simulateChain({ timeouts }, seed)
      const naive = simulateChain(NAIVE, seed)
      t.comment(`seed ${seed}, with the client: ${JSON.stringify(client)}`)
      t.comment(`seed ${seed}, with naive retries: ${JSON.stringify(naive)}`)
      t.ok(client.goodput >= 0.95, `seed ${seed}, in the last ten seconds`)
      t.ok(naive.goodput < 0.5, `seed ${seed}`)
    }
  },
)

const CALLERS = 100
const WORKERS = 8
const SERVICE_MS = 10
const BEGIN_MS = 5000
const OUTAGE_MS = 10_000

/** Callers → a → b → c; c does a tenth of its work for ten seconds. Each of them calls the next as it works. */
function simulateChain(options: ResilientOptions, seed: number) {
  const clock = new VirtualClock()
  const random = seededRandom(seed)
  const make = (then?: (done: (status: number) => void) => void) =>
    new VirtualServer({
      clock,
      workers: then ? 200 : WORKERS,
      serviceMs: () => exponential(random, then ? 2 : SERVICE_MS),
      then,
    })
  const call = (server: VirtualServer, from: number) =>
    Array.from(
      { length: from },
      () => new VirtualClient({ clock, random, servers: { 'http://s': server } }, options),
    )
  const next = (clients: readonly VirtualClient[]) => (done: (status: number) => void) =>
    clients[Math.floor(random() * clients.length)]?.ask(({ status }) =>
      done(status === 200 ? 200 : 503),
    )
  const c = make()
  const b = make(next(call(c, 10)))
  const a = make(next(call(b, 10)))
  const callers = call(a, CALLERS)
  const forMs = 70_000
  let [asked, succeeded] = [0, 0]
  const arrive = () => {
    const isCounted = clock.nowMs() > forMs - 13_000 && clock.nowMs() < forMs - 3000
    if (isCounted) asked += 1
    callers[Math.floor(random() * CALLERS)]?.ask(({ status }) => {
      if (isCounted && status === 200) succeeded += 1
    })
    clock.schedule(exponential(random, SERVICE_MS / (WORKERS * 0.75)), arrive)
  }
  arrive()
  clock.schedule(BEGIN_MS, () => {
    c.slowness = 10
  })
  clock.schedule(BEGIN_MS + OUTAGE_MS, () => {
    c.slowness = 1
  })
  clock.advance(forMs)
  return { goodput: succeeded / asked, requestsAtC: c.requests, requestsAtA: a.requests }
}
