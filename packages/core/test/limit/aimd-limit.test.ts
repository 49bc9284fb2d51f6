import t from 'tap'
import {
  AIMD_LIMIT_DEFAULTS,
  AimdLimit,
  type AimdLimitOptions,
  aimdMove,
  nextAimdLimit,
} from '../../src/limit/aimd-limit.ts'
import type { Sample } from '../../src/limit/sample.ts'

function sample(given: Partial<Sample> = {}): Sample {
  return { startNs: 0, latencyNs: 1e6, inFlight: 100, overloaded: false, ...given }
}

function limitAfter(options: AimdLimitOptions, samples: readonly Partial<Sample>[]): number {
  const limit = new AimdLimit({ initialLimit: 20, minLimit: 1, ...options })
  for (const given of samples) limit.onSample(sample(given))
  return limit.current
}

t.test('one more after a healthy sample near the limit', async (t) => {
  t.equal(limitAfter({}, [{ inFlight: 20 }]), 21)
  t.equal(limitAfter({}, [{ inFlight: 10 }]), 21, 'half used is near enough')
  t.equal(limitAfter({}, [{ inFlight: 9 }]), 20, 'less than half is not')
})

t.test('the ratio, rounded down, after an overload, however little is in use', async (t) => {
  t.equal(limitAfter({}, [{ overloaded: true }]), 18)
  t.equal(limitAfter({}, [{ overloaded: true, inFlight: 1 }]), 18)
  t.equal(limitAfter({ backoffRatio: 0.5 }, [{ overloaded: true }, { overloaded: true }]), 5)
  t.equal(limitAfter({ initialLimit: 19 }, [{ overloaded: true }]), 17)
})

t.test(
  'a latency above the timeout counts as an overload, the timeout itself does not',
  async (t) => {
    t.equal(limitAfter({ timeoutMs: 100 }, [{ latencyNs: 100e6 }]), 21)
    t.equal(limitAfter({ timeoutMs: 100 }, [{ latencyNs: 100e6 + 1 }]), 18)
    t.equal(limitAfter({}, [{ latencyNs: 5e9 + 1 }]), 18, 'five seconds by default')
  },
)

t.test('smoothing takes a part of each step, and the fractions add up', async (t) => {
  t.equal(limitAfter({ smoothing: 0.5 }, [{}]), 20)
  t.equal(limitAfter({ smoothing: 0.5 }, [{}, {}]), 21)
  t.equal(limitAfter({ smoothing: 0.5 }, [{ overloaded: true }]), 19)
})

t.test('the rule says why', async (t) => {
  t.equal(aimdMove(20, sample({ overloaded: true, latencyNs: 9e9 }), 5000), 'overloaded')
  t.equal(aimdMove(20, sample({ latencyNs: 9e9 }), 5000), 'late')
  t.equal(aimdMove(20, sample({ inFlight: 1 }), 5000), 'unused')
  t.equal(aimdMove(20, sample(), 5000), 'grow')
  t.equal(nextAimdLimit(200, 'grow', AIMD_LIMIT_DEFAULTS), 200)
  t.equal(nextAimdLimit(20, 'late', AIMD_LIMIT_DEFAULTS), 20)

  const limit = new AimdLimit()
  t.same(limit.snapshot(), { algorithm: 'aimd', limit: 20, estimate: 20, reason: 'initial' })
  limit.onSample(sample())
  t.same(limit.snapshot(), { algorithm: 'aimd', limit: 21, estimate: 21, reason: 'grow' })
})
