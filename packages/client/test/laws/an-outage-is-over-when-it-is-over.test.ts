import { VirtualClock } from '@headgate/core'
import t from 'tap'
import type { ResilientOptions } from '../../src/client/client-options.ts'
import { exponential, seededRandom, VirtualClient } from '../fixtures/virtual-client.ts'
import { VirtualServer } from '../fixtures/virtual-server.ts'

// A simulation takes as long as the machine makes it.
t.setTimeout(300_000)

/*
 * The whole client, on virtual time: a hundred callers of one server, which does a tenth of its work for ten
 * seconds. Attempts give up after half a second, calls after three.
 */

/** One is enough to see it break; five take a minute. */
const SEEDS = Array.from({ length: Number(process.env.HEADGATE_SEEDS ?? 1) }, (_, at) => at + 1)
const CALLERS = 100
const WORKERS = 8
const SERVICE_MS = 10
const BEGIN_MS = 5000
const OUTAGE_MS = 10_000
const TOTAL_MS = 3000
const timeouts = { attemptMs: 500, totalMs: TOTAL_MS }
const NAIVE: ResilientOptions = {
  timeouts,
  retry: { attempts: 4, budget: false },
  throttle: false,
  limiter: false,
}

interface Outage {
  readonly load: number
  readonly options: ResilientOptions
  readonly knowsDeadlines: boolean
  readonly forMs: number
}

interface Second {
  calls: number
  attempts: number
  succeeded: number
}

function simulate({ load, options, knowsDeadlines, forMs }: Outage, seed: number) {
  const clock = new VirtualClock()
  const random = seededRandom(seed)
  const server = new VirtualServer({
    clock,
    workers: WORKERS,
    serviceMs: () => exponential(random, SERVICE_MS),
    knowsDeadlines,
  })
  const seconds: Second[] = Array.from({ length: forMs / 1000 + 10 }, () => ({
    calls: 0,
    attempts: 0,
    succeeded: 0,
  }))
  const secondOf = (atMs: number) => seconds[Math.floor(atMs / 1000)] as Second
  const counted = {
    dispatch: (...sent: Parameters<VirtualServer['dispatch']>) => {
      secondOf(clock.nowMs()).attempts += 1
      return server.dispatch(...sent)
    },
  }
  const callers = Array.from(
    { length: CALLERS },
    () => new VirtualClient({ clock, random, servers: { 'http://s': counted } }, options),
  )
  const arrive = () => {
    const second = secondOf(clock.nowMs())
    second.calls += 1
    callers[Math.floor(random() * CALLERS)]?.ask(({ status }) => {
      if (status === 200) second.succeeded += 1
    })
    clock.schedule(exponential(random, SERVICE_MS / (WORKERS * load)), arrive)
  }
  arrive()
  clock.schedule(BEGIN_MS, () => {
    server.slowness = 10
  })
  clock.schedule(BEGIN_MS + OUTAGE_MS, () => {
    server.slowness = 1
  })
  clock.advance(forMs)
  return judge(seconds.slice(0, forMs / 1000))
}

function judge(seconds: readonly Second[]) {
  const sum = (some: readonly Second[], name: keyof Second) =>
    some.reduce((total, second) => total + second[name], 0)
  const amplification = (some: readonly Second[]) => sum(some, 'attempts') / sum(some, 'calls')
  const [begin, end] = [BEGIN_MS / 1000, (BEGIN_MS + OUTAGE_MS) / 1000]
  const after = seconds.slice(end, -TOTAL_MS / 1000)
  const index = after.findIndex((_, first) => {
    const five = after.slice(first, first + 5)
    return five.length === 5 && sum(five, 'succeeded') >= 0.99 * sum(five, 'calls')
  })
  return {
    amplificationIn: amplification(seconds.slice(begin, end)),
    amplificationAfter: amplification(after),
    recoveryS: index < 0 ? Number.POSITIVE_INFINITY : index,
  }
}

const medianOf = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number

function run(outage: Outage, seeds: readonly number[]) {
  const all = seeds.map((seed) => simulate(outage, seed))
  const figures = all.map(
    (one) =>
      `×${one.amplificationIn.toFixed(2)} ×${one.amplificationAfter.toFixed(3)} ${one.recoveryS} s`,
  )
  return {
    figures: figures.join(', '),
    amplificationIn: Math.max(...all.map((one) => one.amplificationIn)),
    amplificationAfter: Math.max(...all.map((one) => one.amplificationAfter)),
    recoveryS: medianOf(all.map((one) => one.recoveryS)),
  }
}

t.test(
  'a server that works through its queue recovers nearly as soon as without retries',
  async (t) => {
    const outage = { load: 0.8, knowsDeadlines: false, forMs: 60_000 }
    const without = run(
      { ...outage, options: { timeouts, retry: false, throttle: false, limiter: false } },
      SEEDS,
    )
    const client = run({ ...outage, options: { timeouts } }, SEEDS)
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

t.test('one that leaves out what nobody waits for recovers at once', async (t) => {
  for (const load of [0.9]) {
    const client = run({ load, options: { timeouts }, knowsDeadlines: true, forMs: 30_000 }, SEEDS)
    t.comment(`the client at ${load}: ${client.figures}; target ×1.2, 1 s`)
    t.ok(client.amplificationIn <= 1.2)
    t.ok(client.recoveryS <= 1)
  }
})

t.test('control: the same calls with naive retries keep it down', async (t) => {
  const naive = run({ load: 0.8, options: NAIVE, knowsDeadlines: false, forMs: 40_000 }, [1])
  t.comment(`naive retries: ${naive.figures}`)
  t.equal(naive.recoveryS, Number.POSITIVE_INFINITY)
  t.ok(naive.amplificationIn > 2)
})

t.test(
  'a chain of three services comes back by itself, and stays down with naive retries',
  async (t) => {
    const results = [{ timeouts } as ResilientOptions, NAIVE].map((options) =>
      simulateChain(options, 1),
    )
    const [client, naive] = results
    t.comment(`with the client: ${JSON.stringify(client)}`)
    t.comment(`with naive retries: ${JSON.stringify(naive)}`)
    t.ok((client?.goodput ?? 0) >= 0.95, 'in the last ten seconds')
    t.ok((naive?.goodput ?? 1) < 0.5)
  },
)

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
