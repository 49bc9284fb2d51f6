import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { SEEDS } from '../fixtures/seeds.ts'
import { exponential, seededRandom, VirtualClient } from '../fixtures/virtual-client.ts'
import { VirtualServer } from '../fixtures/virtual-server.ts'

// A simulation takes as long as the machine makes it.
t.setTimeout(300_000)

/* The whole client, on virtual time: 100 calls a second to a server that fails some of its requests, each by itself. */

const CALLS_PER_SECOND = 100
const SERVICE_MS = 5
const WARM_UP_MS = 10_000
const FOR_MS = 110_000

function simulate(failureRatio: number, seed: number) {
  const clock = new VirtualClock()
  const random = seededRandom(seed)
  const then = (done: (status: number) => void) => done(random() < failureRatio ? 502 : 200)
  const server = new VirtualServer({
    clock,
    workers: 1000,
    serviceMs: () => exponential(random, SERVICE_MS),
    then,
  })
  const client = new VirtualClient({ clock, random, servers: { 'http://s': server } })
  let [calls, succeeded] = [0, 0]
  const arrive = () => {
    const isCounted = clock.nowMs() >= WARM_UP_MS && clock.nowMs() < FOR_MS - WARM_UP_MS
    if (isCounted) calls += 1
    client.ask(({ status }) => {
      if (isCounted && status === 200) succeeded += 1
    })
    clock.schedule(exponential(random, 1000 / CALLS_PER_SECOND), arrive)
  }
  arrive()
  clock.advance(FOR_MS)
  return { ratio: succeeded / calls, calls, retries: client.pipeline.counters.retries }
}

for (const [failureRatio, target] of [
  [0.05, 0.9995],
  [0.1, 0.998],
  [0.2, 0.94],
] as const) {
  t.test(`${failureRatio * 100} % of the attempts fail`, async (t) => {
    for (const seed of SEEDS) {
      const { ratio, calls, retries } = simulate(failureRatio, seed)
      t.comment(
        `seed ${seed}: ${(ratio * 100).toFixed(2)} % of ${calls} calls succeed, with ${retries} retries; target ${target * 100} %`,
      )
      t.ok(ratio >= target)
    }
  })
}

t.test('when all fail, next to nothing is retried', async (t) => {
  for (const seed of SEEDS) {
    const { retries } = simulate(1, seed)
    const perSecond = Math.max(0, retries - 10) / (FOR_MS / 1000)
    t.comment(
      `seed ${seed}: ${retries} retries in ${FOR_MS / 1000} s, ${perSecond.toFixed(3)} a second after the first ten; target 0.02`,
    )
    t.ok(retries >= 10)
    t.ok(perSecond <= 0.02)
  }
})
