import { VirtualClock } from '@headgate/core'
import fc from 'fast-check'
import t from 'tap'
import { LATENCY_QUANTILE_ERROR, LatencyHistogram } from '../../src/hedge/latency-histogram.ts'
import { propertySeed } from '../property-seed.ts'
import { throwsOption } from '../throws-option.ts'

/** The sample of that rank, from all samples sorted. */
function exactQuantile(latencies: readonly number[], share: number): number {
  const sorted = [...latencies].sort((a, b) => a - b)
  return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] as number
}

t.test('the documented error', async (t) => {
  t.ok(
    LATENCY_QUANTILE_ERROR > 0.027 && LATENCY_QUANTILE_ERROR < 0.0271,
    `${LATENCY_QUANTILE_ERROR}`,
  )
})

t.test('no samples, no quantile', async (t) => {
  const histogram = new LatencyHistogram(new VirtualClock())
  t.equal(histogram.quantileMs(0.5), undefined)
  histogram.record(Number.NaN)
  t.equal(histogram.count, 0)
})

t.test('what lies outside counts as the nearer end', async (t) => {
  for (const [given, expected] of [
    [0, 0.1],
    [-5, 0.1],
    [1e9, 1e5],
    [Number.POSITIVE_INFINITY, 1e5],
  ] as const) {
    const histogram = new LatencyHistogram(new VirtualClock())
    histogram.record(given)
    const found = histogram.quantileMs(0.5) as number
    t.ok(Math.abs(found / expected - 1) < LATENCY_QUANTILE_ERROR + 1e-9, `${given} → ${found}`)
  }
})

t.test('samples count for one to two windows', async (t) => {
  const clock = new VirtualClock()
  const histogram = new LatencyHistogram(clock, { windowMs: 100 })
  histogram.record(10)
  clock.advance(99)
  histogram.record(20)
  t.equal(histogram.count, 2)
  clock.advance(100)
  t.equal(histogram.count, 2, 'now in the older generation')
  histogram.record(30)
  clock.advance(1)
  t.equal(histogram.count, 1)
  clock.advance(1000)
  t.equal(histogram.count, 0)
})

t.test('within the documented error of the exact quantile', async (t) => {
  const seed = propertySeed(t)
  const latency = fc.double({ min: Math.log(0.1), max: Math.log(1e5), noNaN: true }).map(Math.exp)
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const property = fc.property(fc.array(latency, { minLength: 1 }), share, (latencies, wanted) => {
    const histogram = new LatencyHistogram(new VirtualClock())
    for (const each of latencies) histogram.record(each)
    const exact = exactQuantile(latencies, wanted)
    const found = histogram.quantileMs(wanted) as number
    return Math.abs(found - exact) <= exact * LATENCY_QUANTILE_ERROR * (1 + 1e-9)
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 1000 }))
})

t.test('generations are those of a list of samples with their times', async (t) => {
  const seed = propertySeed(t)
  const property = fc.property(fc.array(fc.nat({ max: 250 }), { maxLength: 100 }), (gaps) => {
    const clock = new VirtualClock()
    const histogram = new LatencyHistogram(clock, { windowMs: 100 })
    const times: number[] = []
    return gaps.every((gapMs) => {
      clock.advance(gapMs)
      histogram.record(1)
      times.push(clock.nowMs())
      const oldest = Math.floor(clock.nowMs() / 100) * 100 - 100
      return histogram.count === times.filter((atMs) => atMs >= oldest).length
    })
  })
  t.doesNotThrow(() => fc.assert(property, { seed }))
})

t.test('wrong options throw', async (t) => {
  throwsOption(t, (options) => new LatencyHistogram(new VirtualClock(), options), [
    [{ windowMs: 0 }, 'windowMs'],
    [{ window: 1 }, 'options'],
  ])
})
