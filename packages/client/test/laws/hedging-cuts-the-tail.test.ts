import { VirtualClock } from '@headgate/core'
import t from 'tap'
import type { ResilientOptions } from '../../src/client/client-options.ts'
import { IS_LONG, SEEDS } from '../fixtures/seeds.ts'
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
  readonly forMs?: number
}

function simulate({ load, options, slowness = 1, forMs = 13_000 }: Tail, seed: number) {
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
  clock.advance(forMs)
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0
  const requests = servers.reduce((sum, server) => sum + server.requests, 0)
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999), extra: requests / calls - 1, errors }
}

const describe = (name: string, { p50, p99, p999, extra, errors }: ReturnType<typeof simulate>) =>
  `${name}: p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(0)}, p99.9 ${p999.toFixed(0)} ms, ${(extra * 100).toFixed(1)} % more requests, ${errors} errors`

t.test('the tail that comes from single replicas is cut for a few more requests', async (t) => {
  // A balancer that sees latencies avoids some of it by itself: the reference has none.
  for (const [load, mostP99, mostP999] of [
    [0.3, 45, 75],
    [0.6, 55, 115],
  ] as const) {
    for (const seed of SEEDS) {
      const without = simulate({ load, options: {} }, seed)
      const hedged = simulate({ load, options: { hedge: true } }, seed)
      t.comment(describe(`seed ${seed}, load ${load}, no hedge`, without))
      t.comment(describe(`seed ${seed}, load ${load}, hedge`, hedged))
      t.comment(`target: p99 ${mostP99}, p99.9 ${mostP999} ms and cut 3 times, 5 % more requests`)
      t.ok(hedged.p99 <= mostP99, `seed ${seed}`)
      t.ok(hedged.p999 <= mostP999, `seed ${seed}`)
      t.ok(
        3 * hedged.p999 <= without.p999,
        `seed ${seed}: the balancer keeps p99 low by itself: the tail is beyond`,
      )
      t.ok(hedged.extra <= 0.05, `seed ${seed}`)
      t.equal(hedged.errors, 0, `seed ${seed}`)
    }
  }
})

t.test('when all are slow at once, hedges stay within their budget', async (t) => {
  // In the first eight seconds single seeds are up to 13 % slower; over a minute they are within the target.
  const slow = { load: 0.12, slowness: 6, forMs: IS_LONG ? 65_000 : 13_000 }
  const fixed = {
    delay: { quantile: 0.01, minSamples: 1 },
    budget: { creditRatio: 1, minCapacity: 1000 },
  }
  const slower: number[] = []
  for (const seed of SEEDS) {
    const without = simulate({ ...slow, options: {} }, seed)
    const hedged = simulate({ ...slow, options: { hedge: true } }, seed)
    const control = simulate({ ...slow, options: { hedge: fixed } }, seed)
    t.comment(describe(`seed ${seed}, no hedge`, without))
    t.comment(describe(`seed ${seed}, hedge`, hedged))
    t.comment(describe(`seed ${seed}, control: at once, unbudgeted`, control))
    slower.push(hedged.p50 / without.p50)
    t.ok(hedged.extra <= 0.05, `seed ${seed}, target: 5 % more requests`)
    t.ok(control.extra > 0.2, `seed ${seed}`)
  }
  const median = slower.sort((a, b) => a - b)[Math.floor(slower.length / 2)] as number
  t.comment(`p50 ${slower.map((one) => one.toFixed(3)).join(', ')} times that without hedges`)
  t.ok(median <= 1.06, 'target: p50 within 6 %, the median of all seeds')
})
