import { VirtualClock } from '@headgate/core'
import t from 'tap'
import type { ResilientOptions } from '../../src/client/client-options.ts'
import { exponential, seededRandom, VirtualClient } from '../fixtures/virtual-client.ts'
import { VirtualServer } from '../fixtures/virtual-server.ts'

// A simulation takes as long as the machine makes it.
t.setTimeout(300_000)

/*
 * The whole client, on virtual time: twenty replicas of four workers, 5 ms of work, each standing still for
 * 150 ms every 4 s or so. Cancelled attempts leave the queue.
 */

const REPLICAS = 20
const WORKERS = 4
const SERVICE_MS = 5
const STALL_MS = 150
const STALL_EVERY_MS = 4000

interface Tail {
  readonly load: number
  readonly options: ResilientOptions
  /** All of them, from the tenth second on. */
  readonly slowness?: number
}

function simulate({ load, options, slowness = 1 }: Tail, seed = 1) {
  const clock = new VirtualClock()
  const random = seededRandom(seed)
  const serviceMs = () => exponential(random, SERVICE_MS)
  const servers = Array.from(
    { length: REPLICAS },
    () => new VirtualServer({ clock, workers: WORKERS, serviceMs, knowsDeadlines: true }),
  )
  const named = Object.fromEntries(servers.map((server, at) => [`http://r${at}`, server]))
  const client = new VirtualClient(
    { clock, random, servers: named },
    { limiter: false, ...options },
  )
  for (const server of servers) {
    const stall = () => {
      server.stall(STALL_MS)
      clock.schedule(exponential(random, STALL_EVERY_MS), stall)
    }
    clock.schedule(exponential(random, STALL_EVERY_MS), stall)
  }
  const latencies: number[] = []
  let [calls, errors] = [0, 0]
  const arrive = () => {
    const beganMs = clock.nowMs()
    calls += 1
    client.ask(({ status }) => {
      if (status !== 200) errors += 1
      else if (beganMs >= 5_000) latencies.push(clock.nowMs() - beganMs)
    })
    clock.schedule(exponential(random, SERVICE_MS / (WORKERS * REPLICAS * load)), arrive)
  }
  arrive()
  clock.schedule(5_000, () => {
    for (const server of servers) server.slowness = slowness
  })
  clock.advance(13_000)
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0
  const requests = servers.reduce((sum, server) => sum + server.requests, 0)
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999), extra: requests / calls - 1, errors }
}

const describe = (name: string, { p50, p99, p999, extra, errors }: ReturnType<typeof simulate>) =>
  `${name}: p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(0)}, p99.9 ${p999.toFixed(0)} ms, ${(extra * 100).toFixed(1)} % more requests, ${errors} errors`

t.test('the tail that comes from single replicas is cut for a few more requests', async (t) => {
  // A balancer that sees latencies avoids some of it by itself: the reference has none.
  for (const [load, mostP99] of [
    [0.3, 45],
    [0.6, 55],
  ] as const) {
    const without = simulate({ load, options: {} })
    const hedged = simulate({ load, options: { hedge: true } })
    t.comment(describe(`load ${load}, no hedge`, without))
    t.comment(describe(`load ${load}, hedge`, hedged))
    t.comment(`target: p99 at most ${mostP99} ms, 5 % more requests; here p99.9 cut 3 times`)
    t.ok(hedged.p99 <= mostP99)
    t.ok(
      3 * hedged.p999 <= without.p999,
      'the balancer keeps p99 low by itself: the tail is beyond',
    )
    t.ok(hedged.extra <= 0.05)
    t.equal(hedged.errors, 0)
  }
})

t.test('when all are slow at once, hedges stay within their budget', async (t) => {
  const load = 0.12
  const without = simulate({ load, slowness: 6, options: {} })
  const hedged = simulate({ load, slowness: 6, options: { hedge: true } })
  const fixed = {
    delay: { quantile: 0.01, minSamples: 1 },
    budget: { creditRatio: 1, minCapacity: 1000 },
  }
  const control = simulate({ load, slowness: 6, options: { hedge: fixed } })
  t.comment(describe('no hedge', without))
  t.comment(describe('hedge', hedged))
  t.comment(describe('control: at once, unbudgeted', control))
  t.ok(hedged.extra <= 0.05, 'target: 5 % more requests')
  t.ok(hedged.p50 <= 1.06 * without.p50, 'target: p50 within 6 %')
  t.ok(control.extra > 0.2)
})
