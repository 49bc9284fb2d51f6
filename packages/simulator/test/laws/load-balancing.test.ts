/** Two choices are nearly as good as all, fan-out finds every tail, and a hedge cuts it. */
import { VirtualClock } from '@headgate/core'
import t from 'tap'
import {
  Delay,
  exponential,
  quantile,
  type Random,
  Station,
  seededRandom,
  startPoissonSource,
} from '../../src/index.ts'

const SERVICE_MS = 10

for (const [load, choices, expected] of [
  [0.9, 2, 2.614057],
  [0.9, 3, 2.027856],
  [0.95, 2, 3.383046],
] as const) {
  t.test(`the shorter of ${choices} queues at ${load}: ${expected} service times`, async (t) => {
    const services = meanStay(load, choices)
    // The formula is for infinitely many servers; with 500 a few percent are left.
    t.ok(Math.abs(services / expected - 1) < 0.06, `${services}`)
  })
}

t.test('balls into as many bins: the fullest one', async (t) => {
  const bins = 65_536
  const random = seededRandom(5)
  t.match(String(fullest(bins, 1, random)), /^[789]$/)
  t.match(String(fullest(bins, 2, random)), /^[34]$/)
  t.equal(fullest(bins, 3, random), 3)
})

for (const [leaves, slowRatio, expected] of [
  [100, 0.01, 0.633968],
  [2000, 1e-4, 0.181277],
] as const) {
  t.test(`one slow leaf of ${leaves} makes a slow answer`, async (t) => {
    const random = seededRandom(6)
    const runs = 4_000
    let slow = 0
    for (let run = 0; run < runs; run += 1) {
      let isSlow = false
      for (let leaf = 0; leaf < leaves; leaf += 1) isSlow = random() < slowRatio || isSlow
      if (isSlow) slow += 1
    }
    const deviation = Math.sqrt((expected * (1 - expected)) / runs)
    t.ok(Math.abs(slow / runs - expected) < 5 * deviation, `${slow / runs}`)
  })
}

t.test('a hedge at the 95th percentile: p99 from 46 to 38 ms for 5 % more requests', async (t) => {
  const plain = askAll(Number.POSITIVE_INFINITY)
  const hedged = askAll(-SERVICE_MS * Math.log(0.05))
  t.ok(Math.abs(quantile(plain.latenciesMs, 0.99) / 46.05 - 1) < 0.04)
  t.ok(Math.abs(quantile(hedged.latenciesMs, 0.99) / 38 - 1) < 0.03)
  t.ok(Math.abs(hedged.sent / plain.sent - 1.05) < 0.004, `${hedged.sent / plain.sent}`)
})

/** Mean time from arrival to answer in service times, with 500 servers. */
function meanStay(load: number, choices: number): number {
  const servers = 500
  const endMs = 600 * SERVICE_MS
  const clock = new VirtualClock()
  const random = seededRandom(4)
  const work = exponential(SERVICE_MS)
  const stations = Array.from({ length: servers }, () => ({
    station: new Station(clock, 1),
    inside: 0,
  }))
  let [count, sumMs] = [0, 0]
  const phases = [{ fromMs: 0, perSecond: (1000 * servers * load) / SERVICE_MS }]
  startPoissonSource({ clock, random: seededRandom(3) }, { phases, endMs }, () => {
    const arrivedMs = clock.nowMs()
    const drawn = Array.from({ length: choices }, () => Math.floor(random() * servers))
    const [first = 0, ...others] = drawn
    const chosen = others.reduce(
      (best, index) => (insideOf(index) < insideOf(best) ? index : best),
      first,
    )
    const target = stations[chosen] as (typeof stations)[number]
    target.inside += 1
    target.station.serve(work.draw(random), () => {
      target.inside -= 1
      if (arrivedMs < endMs / 3) return
      count += 1
      sumMs += clock.nowMs() - arrivedMs
    })
  })
  const insideOf = (index: number): number => stations[index]?.inside ?? 0
  while (clock.step()) {
    // To the last answer.
  }
  return sumMs / count / SERVICE_MS
}

function fullest(bins: number, choices: number, random: Random): number {
  const balls = new Uint8Array(bins)
  for (let ball = 0; ball < bins; ball += 1) {
    let best = Math.floor(random() * bins)
    for (let choice = 1; choice < choices; choice += 1) {
      const other = Math.floor(random() * bins)
      if ((balls[other] as number) < (balls[best] as number)) best = other
    }
    balls[best] = (balls[best] as number) + 1
  }
  return balls.reduce((most, count) => Math.max(most, count), 0)
}

function askAll(hedgeAfterMs: number): {
  readonly latenciesMs: Float64Array
  readonly sent: number
} {
  const clock = new VirtualClock()
  const random = seededRandom(7)
  const work = exponential(SERVICE_MS)
  const remote = new Delay(clock)
  const latenciesMs: number[] = []
  let sent = 0
  for (let i = 0; i < 60_000; i += 1) {
    let isAnswered = false
    const answer = (): void => {
      if (isAnswered) return
      isAnswered = true
      latenciesMs.push(clock.nowMs())
    }
    const send = (): void => {
      sent += 1
      remote.serve(work.draw(random), answer)
    }
    send()
    if (hedgeAfterMs === Number.POSITIVE_INFINITY) continue
    clock.schedule(hedgeAfterMs, () => {
      if (!isAnswered) send()
    })
  }
  while (clock.step()) {
    // To the last answer.
  }
  return { latenciesMs: Float64Array.from(latenciesMs), sent }
}
