import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { HedgeDelay, type HedgeDelayOptions } from '../../src/hedge/hedge-delay.ts'
import { throwsOption } from '../throws-option.ts'

function filled(latencies: readonly number[], options?: HedgeDelayOptions) {
  const clock = new VirtualClock()
  const delay = new HedgeDelay(clock, options)
  for (const latencyMs of latencies) delay.onLatency(latencyMs)
  return { clock, delay }
}

const HUNDRED = Array.from({ length: 100 }, (_, index) => index + 1)

t.test('nothing is hedged before a hundred are known', async (t) => {
  const { delay } = filled(HUNDRED.slice(1))
  t.equal(delay.delayMs(), undefined)
  delay.onLatency(1)
  t.ok(Math.abs((delay.delayMs() as number) - 97) < 97 * 0.028, '97 of 100 are not later')
})

t.test('at least 2 ms, at most half of what is left', async (t) => {
  t.equal(filled(HUNDRED.map(() => 0.5)).delay.delayMs(), 2)
  t.equal(filled(HUNDRED).delay.delayMs(40), 20)
  t.equal(filled(HUNDRED).delay.delayMs(0), 0)
})

t.test('follows the latencies after a second, or when twice as much is known', async (t) => {
  const change = (delay: HedgeDelay, times: number) => {
    for (let count = 0; count < times; count += 1) delay.onLatency(500)
  }
  const { clock, delay } = filled(HUNDRED.map(() => 10))
  const before = delay.delayMs()
  change(delay, 99)
  clock.advance(999)
  t.equal(delay.delayMs(), before)
  clock.advance(1)
  t.ok((delay.delayMs() as number) > 480)

  const early = filled(HUNDRED.map(() => 10)).delay
  t.equal(early.delayMs(), before)
  change(early, 100)
  t.ok((early.delayMs() as number) > 480)
})

t.test('stops when what it knows is old', async (t) => {
  const { clock, delay } = filled(HUNDRED)
  t.not(delay.delayMs(), undefined)
  clock.advance(60_000)
  t.equal(delay.delayMs(), undefined)
})

t.test('wrong options throw', async (t) => {
  throwsOption(t, (options) => new HedgeDelay(new VirtualClock(), options), [
    [{ quantile: 1 }, 'quantile'],
    [{ minSamples: 0 }, 'minSamples'],
    [{ minDelayMs: -1 }, 'minDelayMs'],
    [{ maxRemainingRatio: 0 }, 'maxRemainingRatio'],
    [{ windowMs: 0 }, 'windowMs'],
    [{ percentile: 0.9 }, 'options'],
  ])
})
