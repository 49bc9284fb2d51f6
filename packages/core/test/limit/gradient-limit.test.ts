import t from 'tap'
import {
  GRADIENT_LIMIT_DEFAULTS,
  GradientLimit,
  type GradientLimitOptions,
  nextGradientLimit,
} from '../../src/limit/gradient-limit.ts'
import type { Sample } from '../../src/limit/sample.ts'

const MS = 1e6

function sample(given: Partial<Sample> = {}): Sample {
  return { startNs: 0, latencyNs: 10 * MS, inFlight: 1000, overloaded: false, ...given }
}

function limitAfter(options: GradientLimitOptions, samples: readonly Partial<Sample>[]): number {
  const limit = new GradientLimit({ probeInterval: -1, ...options })
  for (const given of samples) limit.onSample(sample(given))
  return limit.current
}

t.test('grows by the queue size while latency is within the tolerance', async (t) => {
  t.equal(limitAfter({}, [{}]), 57, 'by the square root')
  t.equal(limitAfter({ initialLimit: 10 }, [{}]), 14, 'at least by 4')
  t.equal(limitAfter({ queueSize: 9 }, [{}]), 59)
  t.equal(limitAfter({ queueSize: (limit) => limit / 10 }, [{}, {}]), 60)
  t.equal(limitAfter({ queueSize: 9 }, [{}, { latencyNs: 20 * MS }]), 68)
})

t.test('shrinks smoothly by the ratio of tolerated to seen latency, at most by half', async (t) => {
  // 50 + 10; then 60 × 2 × 10 / 30 + 10 = 50, a fifth of the way there.
  t.equal(limitAfter({ queueSize: 10 }, [{}, { latencyNs: 30 * MS }]), 58)
  t.equal(limitAfter({ queueSize: 10, smoothing: 1 }, [{}, { latencyNs: 30 * MS }]), 50)
  t.equal(limitAfter({ queueSize: 10, smoothing: 1 }, [{}, { latencyNs: 9e9 }]), 40)
  t.equal(
    limitAfter({ queueSize: 10, latencyTolerance: 3 }, [{}, { latencyNs: 30 * MS }]),
    70,
    'healthy by a higher tolerance',
  )
})

t.test('backs off after an overload, smoothed, but not below the queue size', async (t) => {
  t.equal(limitAfter({ smoothing: 1 }, [{ overloaded: true }]), 45)
  t.equal(limitAfter({}, [{ overloaded: true }]), 49)
  t.equal(
    limitAfter({ smoothing: 1, backoffRatio: 0.5, queueSize: 40 }, [{ overloaded: true }]),
    40,
  )
})

t.test('half idle, it does not move', async (t) => {
  t.equal(limitAfter({}, [{ inFlight: 24 }]), 50)
  t.equal(limitAfter({}, [{ inFlight: 25 }]), 57)
})

t.test('a probe drops to the queue size and forgets the baseline', async (t) => {
  const limit = new GradientLimit({ probeInterval: 3, queueSize: 5 }, { random: () => 0.7 })
  // 3 + floor(0.7 × 3) = 5 samples go before it.
  for (let index = 0; index < 5; index += 1) limit.onSample(sample())
  t.match(limit.snapshot(), { limit: 75, baselineNs: 10 * MS, samplesUntilProbe: 0 })
  limit.onSample(sample({ latencyNs: MS }))
  t.match(limit.snapshot(), { limit: 5, baselineNs: 0, reason: 'probe' })
  limit.onSample(sample({ latencyNs: 40 * MS }))
  t.match(limit.snapshot(), { limit: 10, baselineNs: 40 * MS, reason: 'gradient' })
})

t.test('an interval of -1 means no probe', async (t) => {
  const limit = new GradientLimit({ probeInterval: -1 })
  for (let index = 0; index < 10_000; index += 1) limit.onSample(sample())
  t.equal(limit.current, 1000)
})

t.test('a queue size beyond the maximum does not win over it', async (t) => {
  t.equal(limitAfter({ maxLimit: 3 }, [{}, {}]), 3)
  const probing = new GradientLimit({ maxLimit: 3, probeInterval: 1 }, { random: () => 0 })
  for (let index = 0; index < 5; index += 1) {
    probing.onSample(sample())
    t.equal(probing.current, 3)
  }
})

t.test('the rule smooths steps down only', async (t) => {
  t.equal(nextGradientLimit(50, 60, GRADIENT_LIMIT_DEFAULTS), 60)
  t.equal(nextGradientLimit(50, 40, GRADIENT_LIMIT_DEFAULTS), 48)
  t.equal(nextGradientLimit(999, 1010, GRADIENT_LIMIT_DEFAULTS), 1000)
})
