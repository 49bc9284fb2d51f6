import t from 'tap'
import type { ResilientOptions } from '../../src/client/client-options.ts'
import { SEEDS } from '../fixtures/seeds.ts'
import { OUTAGE_TIMEOUTS, type OutageResult, simulateOutage } from '../fixtures/virtual-outage.ts'

// A simulation takes as long as the machine makes it.
t.setTimeout(300_000)

/*
 * The client's throttle alone, at 0.9 of what the server can carry. Its queue is much longer than anybody waits, and what does
 * not fit in it is refused with 503.
 */

const timeouts = OUTAGE_TIMEOUTS
const THROTTLED: ResilientOptions = { timeouts, limiter: false }
const UNTHROTTLED: ResilientOptions = { timeouts, limiter: false, throttle: false }

const simulate = (options: ResilientOptions, knowsDeadlines: boolean, seed: number) =>
  simulateOutage({ load: 0.9, options, knowsDeadlines, afterMs: 60_000, maxQueued: 4000 }, seed)

const describe = ({ goodput, recoveryS }: OutageResult) =>
  `${(goodput * 100).toFixed(1)} % good in the minute after, back after ${recoveryS} s`

t.test('a server that works through its queue does more of use', async (t) => {
  for (const seed of SEEDS) {
    const without = simulate(UNTHROTTLED, false, seed)
    const throttled = simulate(THROTTLED, false, seed)
    t.comment(`seed ${seed}, no throttle: ${describe(without)}`)
    t.comment(`seed ${seed}, throttle: ${describe(throttled)}; target twice as much`)
    t.ok(throttled.goodput >= 2 * without.goodput, `seed ${seed}`)
  }
})

t.test('one that leaves out what nobody waits for is not held back by it', async (t) => {
  for (const seed of SEEDS) {
    const throttled = simulate(THROTTLED, true, seed)
    t.comment(`seed ${seed}: ${describe(throttled)}; target 99 %, 1 s`)
    t.ok(throttled.goodput >= 0.99, `seed ${seed}`)
    t.ok(throttled.recoveryS <= 1, `seed ${seed}`)
  }
})
