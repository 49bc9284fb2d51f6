import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { SEEDS } from '../fixtures/seeds.ts'
import { exponential, seededRandom, VirtualClient } from '../fixtures/virtual-client.ts'
import { VirtualServer } from '../fixtures/virtual-server.ts'

// A simulation takes as long as the machine makes it.
t.setTimeout(300_000)

/* The whole client, on virtual time: ten replicas of four workers, 10 ms of work, 0.6 of what they can carry. */

const REPLICAS = 10
const WORKERS = 4
const SERVICE_MS = 10
const LOAD = 0.6

type Spoil = (servers: readonly VirtualServer[], clock: VirtualClock) => void

function simulate(seed: number, spoil: Spoil, forMs = 50_000) {
  const clock = new VirtualClock()
  const random = seededRandom(seed)
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
  clock.advance(forMs)
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

/** Of each seed, beside what the same calls get from replicas that are all well. */
function each(spoil: Spoil) {
  return SEEDS.map((seed) => {
    healthy[seed] ??= simulate(seed, () => {})
    return { seed, healthy: healthy[seed], ...simulate(seed, spoil) }
  })
}

const healthy: Record<number, ReturnType<typeof simulate>> = {}

t.test('a replica that is ten times as slow', async (t) => {
  const slow = each(([first]) => {
    if (first !== undefined) first.slowness = 10
  })
  for (const { seed, healthy, p99, errorRatio, shares } of slow) {
    t.comment(
      `seed ${seed}: p99 ${p99.toFixed(0)} ms, healthy ${healthy.p99.toFixed(0)} ms; target at most 1.1 times`,
    )
    t.comment(`${errorRatio} errors, requests ${shares.join(' ')}`)
    t.ok(p99 <= 1.1 * healthy.p99)
    t.equal(errorRatio, 0)
  }
})

t.test('one that says 503 at once', async (t) => {
  const full = each(([first]) => {
    if (first !== undefined) first.refusesWith = 503
  })
  for (const { seed, healthy, p99, errorRatio, retries, calls } of full) {
    t.comment(
      `seed ${seed}: ${(errorRatio * 100).toFixed(3)} % errors, ${((retries / calls) * 100).toFixed(3)} % before retries (target 0.1 %), of ${calls} calls`,
    )
    t.ok(errorRatio <= 0.001)
    t.ok(retries / calls <= 0.001)
    t.ok(p99 <= 1.1 * healthy.p99, `${p99} ms`)
  }
})

t.test(
  'all of them bad is no reason to ask none, and all that are well again get their share',
  async (t) => {
    const back = each((servers, clock) => {
      for (const server of servers) server.refusesWith = 502
      clock.schedule(5000, () => {
        for (const server of servers) server.refusesWith = 0
      })
    })
    for (const { seed, errorRatio, shares } of back) {
      t.comment(
        `seed ${seed}: after 25 s ${(errorRatio * 100).toFixed(3)} % errors, requests ${shares.join(' ')}`,
      )
      t.ok(errorRatio <= 0.001)
      const fair = shares.reduce((sum, one) => sum + one, 0) / REPLICAS
      t.ok(shares.every((share) => share >= 0.6 * fair))
    }
  },
)

const KINDS: Readonly<Record<string, (server: VirtualServer, isBad: boolean) => void>> = {
  'ten times as slow': (server, isBad) => {
    server.slowness = isBad ? 10 : 1
  },
  'saying 503': (server, isBad) => {
    server.refusesWith = isBad ? 503 : 0
  },
}

for (const [kind, spoil] of Object.entries(KINDS)) {
  t.test(`one that was ${kind} for 20 s has its share within a minute`, async (t) => {
    for (const seed of SEEDS) {
      let before: readonly number[] = []
      const { shares } = simulate(
        seed,
        (servers, clock) => {
          const [first] = servers as readonly [VirtualServer]
          spoil(first, true)
          clock.schedule(20_000, () => spoil(first, false))
          clock.schedule(60_000, () => {
            before = servers.map(({ requests }) => requests)
          })
        },
        80_000,
      )
      const [own = 0, ...others] = shares.map((share, at) => share - (before[at] ?? 0))
      const share = own / (others.reduce((sum, one) => sum + one, 0) / others.length)
      t.comment(
        `seed ${seed}: 40 to 60 s after it was well again ${share.toFixed(2)} of its share; target 0.8`,
      )
      t.ok(share >= 0.8)
    }
  })
}
