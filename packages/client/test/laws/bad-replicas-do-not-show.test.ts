import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { exponential, seededRandom, VirtualClient } from '../fixtures/virtual-client.ts'
import { VirtualServer } from '../fixtures/virtual-server.ts'

// A simulation takes as long as the machine makes it.
t.setTimeout(300_000)

/* The whole client, on virtual time: ten replicas of four workers, 10 ms of work, 0.6 of what they can carry. */

const REPLICAS = 10
const WORKERS = 4
const SERVICE_MS = 10
const LOAD = 0.6

function simulate(spoil: (servers: readonly VirtualServer[], clock: VirtualClock) => void) {
  const clock = new VirtualClock()
  const random = seededRandom(1)
  const serviceMs = () => exponential(random, SERVICE_MS)
  const servers = Array.from(
    { length: REPLICAS },
    () => new VirtualServer({ clock, workers: WORKERS, serviceMs }),
  )
  const named = Object.fromEntries(servers.map((server, at) => [`http://r${at}`, server]))
  const client = new VirtualClient({ clock, random, servers: named }, {})
  const latencies: number[] = []
  let [calls, errors] = [0, 0]
  const arrive = () => {
    const beganMs = clock.nowMs()
    const isCounted = beganMs >= 30_000
    client.ask(({ status }) => {
      if (!isCounted) return
      calls += 1
      if (status === 200) latencies.push(clock.nowMs() - beganMs)
      else errors += 1
    })
    clock.schedule(exponential(random, SERVICE_MS / (WORKERS * REPLICAS * LOAD)), arrive)
  }
  arrive()
  spoil(servers, clock)
  clock.advance(50_000)
  latencies.sort((a, b) => a - b)
  const p99 = latencies[Math.floor(latencies.length * 0.99)] ?? 0
  const { counters } = client.pipeline
  return {
    p99,
    errorRatio: errors / calls,
    calls,
    shares: servers.map(({ requests }) => requests),
    retries: counters.retries,
  }
}

const healthy = simulate(() => {})

t.test('a replica that is ten times as slow', async (t) => {
  const slow = simulate(([first]) => {
    if (first !== undefined) first.slowness = 10
  })
  t.comment(
    `p99 ${slow.p99.toFixed(0)} ms, healthy ${healthy.p99.toFixed(0)} ms; target at most 1.1 times`,
  )
  t.comment(`${slow.errorRatio} errors, requests ${slow.shares.join(' ')}`)
  t.ok(slow.p99 <= 1.1 * healthy.p99)
  t.equal(slow.errorRatio, 0)
})

t.test('one that says 503 at once', async (t) => {
  const full = simulate(([first]) => {
    if (first !== undefined) first.refusesWith = 503
  })
  t.comment(
    `${(full.errorRatio * 100).toFixed(3)} % errors (target 0.1), ${full.retries} retries of ${full.calls} calls`,
  )
  t.ok(full.errorRatio <= 0.001)
  t.ok(full.p99 <= 1.1 * healthy.p99, `${full.p99} ms`)
})

t.test(
  'all of them bad is no reason to ask none, and one that is well again gets its share',
  async (t) => {
    const back = simulate((servers, clock) => {
      for (const server of servers) server.refusesWith = 502
      clock.schedule(5000, () => {
        for (const server of servers) server.refusesWith = 0
      })
    })
    t.comment(
      `after 25 s: ${(back.errorRatio * 100).toFixed(3)} % errors, requests ${back.shares.join(' ')}`,
    )
    t.ok(back.errorRatio <= 0.001)
    const fair = back.shares.reduce((sum, one) => sum + one, 0) / REPLICAS
    t.ok(back.shares.every((share) => share >= 0.6 * fair))
  },
)
