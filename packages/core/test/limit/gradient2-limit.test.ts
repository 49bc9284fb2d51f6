import t from 'tap'
import {
  Gradient2Limit,
  type Gradient2LimitOptions,
  nextGradient2Limit,
} from '../../src/limit/gradient2-limit.ts'
import type { Sample } from '../../src/limit/sample.ts'

const MS = 1e6

function sample(given: Partial<Sample> = {}): Sample {
  return { startNs: 0, latencyNs: 10 * MS, inFlight: 1000, overloaded: false, ...given }
}

function limitAfter(options: Gradient2LimitOptions, samples: readonly Partial<Sample>[]): number {
  const limit = new Gradient2Limit({ minLimit: 1, smoothing: 1, ...options })
  for (const given of samples) limit.onSample(sample(given))
  return limit.current
}

t.test('grows by the queue size while latency is near its average', async (t) => {
  t.equal(limitAfter({}, [{}]), 24)
  t.equal(limitAfter({ queueSize: 7 }, [{}]), 27)
  t.equal(limitAfter({ queueSize: (limit) => limit / 2 }, [{}, {}]), 45)
  t.equal(limitAfter({ smoothing: 0.5 }, [{}]), 22)
})

t.test('shrinks by how far latency is beyond the tolerance, at most by half', async (t) => {
  // The mean of 10 and 110 ms is 60: 24 × 1.5 × 60 / 110 + 4.
  t.equal(limitAfter({}, [{}, { latencyNs: 110 * MS }]), 23)
  t.equal(limitAfter({ latencyTolerance: 1 }, [{}, { latencyNs: 110 * MS }]), 17)
  t.equal(
    limitAfter({ latencyTolerance: 1, longWindow: 1e6, warmupSamples: 1 }, [
      {},
      { latencyNs: 9e9 },
    ]),
    16,
  )
})

t.test('overloaded samples count like any other', async (t) => {
  t.equal(limitAfter({}, [{ overloaded: true }]), 24)
})

t.test('half idle, it does not move', async (t) => {
  t.equal(limitAfter({}, [{ inFlight: 9 }]), 20)
  t.equal(limitAfter({}, [{ inFlight: 10 }]), 24)
})

t.test(
  'the average comes down by a twentieth a sample once latency is less than half of it',
  async (t) => {
    const limit = new Gradient2Limit({ warmupSamples: 1, longWindow: 1e9 })
    limit.onSample(sample({ latencyNs: 100 * MS }))
    limit.onSample(sample({ latencyNs: 10 * MS }))
    t.equal(Math.round(Number(limit.snapshot().baselineNs) / MS), 95)
    for (let index = 0; index < 100; index += 1) limit.onSample(sample({ latencyNs: 10 * MS }))
    const settledMs = Number(limit.snapshot().baselineNs) / MS
    t.ok(settledMs >= 19 && settledMs <= 20, `no further than that: ${settledMs} ms`)
  },
)

t.test('a queue size function that goes wrong later does not spoil the limit', async (t) => {
  let answer = 4
  const limit = new Gradient2Limit({ queueSize: () => answer, smoothing: 1 })
  for (const wrong of [Number.NaN, -7, Number.POSITIVE_INFINITY, '4' as never]) {
    answer = wrong
    limit.onSample(sample())
    t.equal(limit.current, 20)
  }
  answer = 4
  limit.onSample(sample())
  t.equal(limit.current, 24)
})

t.test('the rule keeps to its bounds', async (t) => {
  const rule = { minLimit: 20, maxLimit: 50, smoothing: 1, queueSize: () => 4 }
  t.equal(nextGradient2Limit(49, 1, rule), 50)
  t.equal(nextGradient2Limit(20, 0.5, rule), 20)
  t.equal(nextGradient2Limit(40, 0.75, rule), 34)
})
