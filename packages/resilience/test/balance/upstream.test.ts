import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { nextPeakMs, Upstream, type UpstreamSettings } from '../../src/balance/upstream.ts'

function create(settings: Partial<UpstreamSettings> = {}) {
  const clock = new VirtualClock()
  const all = { decayMs: 10_000, failurePenaltyMs: 1000, slowStartMs: 10_000, ...settings }
  const upstream = new Upstream('a', all, () => clock.nowMs())
  return { clock, upstream, costMs: () => upstream.costMs(clock.nowMs()) }
}

t.test('a peak counts at once, and sinks slowly', async (t) => {
  t.equal(nextPeakMs(10, 50, 0.9), 50)
  t.equal(nextPeakMs(50, 10, 0.75), 40)
  t.equal(nextPeakMs(50, 50, 0.5), 50)
})

t.test('the cost is latency times calls, this one included', async (t) => {
  const { upstream, costMs } = create()
  upstream.start()
  upstream.end('success', 20)
  t.equal(costMs(), 20)
  upstream.start()
  upstream.start()
  t.equal(costMs(), 60)
})

t.test('a failure counts as a second at least', async (t) => {
  for (const [outcome, latencyMs, expected] of [
    ['failure', 1, 1000],
    ['overload', 1, 1000],
    ['failure', 5000, 5000],
    ['success', 1, 1],
    ['ignore', 1, 0],
    ['success', Number.NaN, 0],
    ['success', -1, 0],
  ] as const) {
    const { upstream, costMs } = create()
    upstream.start()
    upstream.end(outcome, latencyMs)
    t.equal(costMs(), expected, `${outcome} ${latencyMs}`)
    t.equal(upstream.inFlight, 0)
  }
})

t.test(
  'without news the cost sinks; after ten seconds it is tried with one call at a time',
  async (t) => {
    const { clock, upstream, costMs } = create()
    t.equal(costMs(), 0, 'nothing is known')
    upstream.start()
    t.ok(costMs() > 1e9)
    upstream.end('success', 100)
    clock.advance(10_000)
    t.ok(Math.abs(costMs() - 100 / Math.E) < 1e-9)
    clock.advance(1)
    t.equal(costMs(), 0)
    upstream.start()
    t.ok(costMs() > 1e9)
  },
)

t.test('its share rises in ten seconds from the first news after a silence', async (t) => {
  const { clock, upstream } = create()
  const share = () => upstream.warmShare(clock.nowMs())
  t.equal(share(), 1, 'the first call has to go there')
  upstream.start()
  upstream.end('success', 5)
  t.equal(share(), 0.1)
  for (let seconds = 1; seconds <= 10; seconds += 1) {
    clock.advance(1000)
    upstream.start()
    upstream.end('success', 5)
    t.equal(share(), seconds / 10)
  }
  clock.advance(10_001)
  upstream.start()
  upstream.end('success', 5)
  t.equal(share(), 0.1, 'again')
})

t.test(
  'no slow start where none was asked for, and calls in flight are never fewer than none',
  async (t) => {
    const { clock, upstream } = create({ slowStartMs: 0 })
    upstream.end('success', 5)
    upstream.end('success', 5)
    t.equal(upstream.inFlight, 0)
    t.equal(upstream.warmShare(clock.nowMs()), 1)
  },
)

t.test('what it says of its load makes it dearer, for ten seconds and within bounds', async (t) => {
  const clock = new VirtualClock()
  const settings = { decayMs: 1e9, failurePenaltyMs: 1000, slowStartMs: 0 }
  const upstream = new Upstream('a', settings, () => clock.nowMs())
  upstream.start()
  upstream.end('success', 10)
  const costMs = () => Math.round(upstream.costMs(clock.nowMs()) * 100) / 100
  t.equal(costMs(), 10)
  upstream.onLoad(0.5)
  t.equal(costMs(), 20)
  upstream.onLoad(Number.NaN)
  t.equal(costMs(), 20, 'no news')
  upstream.onLoad(1)
  t.equal(costMs(), 100, 'it may be wrong')
  upstream.onLoad(-1)
  t.equal(costMs(), 10)
  upstream.onLoad(5)
  clock.advance(10_000)
  t.equal(costMs(), 10, 'old news')
})
