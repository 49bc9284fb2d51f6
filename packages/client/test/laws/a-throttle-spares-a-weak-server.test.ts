import { VirtualClock } from '@headgate/core'
import t from 'tap'
import type { ResilientOptions } from '../../src/client/client-options.ts'
import { exponential, seededRandom, VirtualClient } from '../fixtures/virtual-client.ts'
import { VirtualServer } from '../fixtures/virtual-server.ts'

// A simulation takes as long as the machine makes it.
t.setTimeout(300_000)

/*
 * The client's throttle alone, on virtual time: a hundred callers of one server at 0.9 of what it can carry, which does
 * a tenth of its work for ten seconds. Attempts give up after half a second, calls after three. The queue is much longer
 * than anybody waits, and what does not fit in it is refused with 503.
 */

const SEEDS = Array.from({ length: Number(process.env.HEADGATE_SEEDS ?? 1) }, (_, at) => at + 1)
const CALLERS = 100
const WORKERS = 8
const SERVICE_MS = 10
const LOAD = 0.9
const MAX_QUEUED = 4000
const BEGIN_MS = 5000
const OUTAGE_MS = 10_000
const END_MS = BEGIN_MS + OUTAGE_MS
const AFTER_MS = 60_000
const TOTAL_MS = 3000
const timeouts = { attemptMs: 500, totalMs: TOTAL_MS }

function simulate(options: ResilientOptions, knowsDeadlines: boolean, seed: number) {
  const clock = new VirtualClock()
  const random = seededRandom(seed)
  const server = new VirtualServer({
    clock,
    workers: WORKERS,
    serviceMs: () => exponential(random, SERVICE_MS),
    knowsDeadlines,
    maxQueued: MAX_QUEUED,
  })
  const callers = Array.from(
    { length: CALLERS },
    () => new VirtualClient({ clock, random, servers: { 'http://s': server } }, options),
  )
  const seconds = Array.from({ length: (END_MS + AFTER_MS) / 1000 + 10 }, () => ({
    calls: 0,
    good: 0,
  }))
  const arrive = () => {
    const second = seconds[Math.floor(clock.nowMs() / 1000)]
    if (second !== undefined) second.calls += 1
    callers[Math.floor(random() * CALLERS)]?.ask(({ status }) => {
      if (second !== undefined && status === 200) second.good += 1
    })
    clock.schedule(exponential(random, SERVICE_MS / (WORKERS * LOAD)), arrive)
  }
  arrive()
  clock.schedule(BEGIN_MS, () => {
    server.slowness = 10
  })
  clock.schedule(END_MS, () => {
    server.slowness = 1
  })
  clock.advance(END_MS + AFTER_MS + TOTAL_MS)
  const after = seconds.slice(END_MS / 1000, (END_MS + AFTER_MS) / 1000)
  const sum = (some: typeof after, name: 'calls' | 'good') =>
    some.reduce((total, second) => total + second[name], 0)
  const recoveryS = after.findIndex((_, from) => {
    const five = after.slice(from, from + 5)
    return five.length === 5 && sum(five, 'good') >= 0.99 * sum(five, 'calls')
  })
  return { goodput: sum(after, 'good') / sum(after, 'calls'), recoveryS }
}

const THROTTLED: ResilientOptions = { timeouts, limiter: false }
const UNTHROTTLED: ResilientOptions = { timeouts, limiter: false, throttle: false }

const describe = ({ goodput, recoveryS }: ReturnType<typeof simulate>) =>
  `${(goodput * 100).toFixed(1)} % good in the minute after, ${recoveryS < 0 ? 'not back' : `back after ${recoveryS} s`}`

t.test('a server that works through its queue does more of use', async (t) => {
  for (const seed of SEEDS) {
    const without = simulate(UNTHROTTLED, false, seed)
    const throttled = simulate(THROTTLED, false, seed)
    t.comment(`seed ${seed}, no throttle: ${describe(without)}`)
    t.comment(`seed ${seed}, throttle: ${describe(throttled)}; target twice as much`)
    t.ok(throttled.goodput >= 2 * without.goodput)
  }
})

t.test('one that leaves out what nobody waits for is not held back by it', async (t) => {
  for (const seed of SEEDS) {
    const throttled = simulate(THROTTLED, true, seed)
    t.comment(`seed ${seed}: ${describe(throttled)}; target 99 %, 1 s`)
    t.ok(throttled.goodput >= 0.99)
    t.ok(throttled.recoveryS >= 0 && throttled.recoveryS <= 1)
  }
})
