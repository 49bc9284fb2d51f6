import t from 'tap'
import type { Sample } from '../../src/limit/sample.ts'
import {
  nextVegasLimit,
  VEGAS_LIMIT_DEFAULTS,
  VegasLimit,
  type VegasLimitOptions,
  vegasMove,
  vegasQueue,
} from '../../src/limit/vegas-limit.ts'

const MS = 1e6
const NO_PROBE = { probeMultiplier: 2 ** 31 }

function sample(given: Partial<Sample> = {}): Sample {
  return { startNs: 0, latencyNs: 10 * MS, inFlight: 1000, overloaded: false, ...given }
}

/** The limit after a first sample of 10 ms, which sets the baseline, and then `samples`. */
function limitAfter(options: VegasLimitOptions, samples: readonly Partial<Sample>[]): number {
  const limit = new VegasLimit({ ...NO_PROBE, ...options })
  limit.onSample(sample())
  for (const given of samples) limit.onSample(sample(given))
  return limit.current
}

t.test('the first sample, and any faster one, is the new baseline and moves nothing', async (t) => {
  t.equal(limitAfter({}, []), 20)
  t.equal(limitAfter({}, [{ latencyNs: 9 * MS }]), 20)
  t.equal(limitAfter({}, [{ latencyNs: 9 * MS, overloaded: true }]), 20, 'an overloaded one too')
})

t.test(
  'leaps with no queue, grows with a small one, holds, and shrinks with a large one',
  async (t) => {
    // With 20 permits a latency of 20 / (20 - n) times the baseline means n waiting.
    const withQueue = (queued: number): number => (10 * MS * 20) / (20 - queued)
    t.equal(limitAfter({}, [{ latencyNs: 10 * MS }]), 26, 'none waits')
    t.equal(limitAfter({}, [{ latencyNs: withQueue(0.9) }]), 26, 'one')
    t.equal(limitAfter({}, [{ latencyNs: withQueue(1.9) }]), 21, 'two')
    t.equal(limitAfter({}, [{ latencyNs: withQueue(2.9) }]), 20, 'three')
    t.equal(limitAfter({}, [{ latencyNs: withQueue(5.9) }]), 20, 'six')
    t.equal(limitAfter({}, [{ latencyNs: withQueue(6.9) }]), 19, 'seven')
  },
)

t.test('one decade less after an overload', async (t) => {
  t.equal(limitAfter({}, [{ overloaded: true }]), 19)
  t.equal(limitAfter({ initialLimit: 100 }, [{ overloaded: true }]), 98)
  t.equal(limitAfter({ initialLimit: 1000 }, [{ overloaded: true }]), 997)
})

t.test('half idle, it learns nothing from latency, but an overload still counts', async (t) => {
  t.equal(limitAfter({}, [{ inFlight: 9 }]), 20)
  t.equal(limitAfter({}, [{ inFlight: 10 }]), 26)
  t.equal(limitAfter({}, [{ inFlight: 1, latencyNs: 900 * MS }]), 20)
  t.equal(limitAfter({}, [{ inFlight: 1, overloaded: true }]), 19)
})

t.test('smoothing takes a part of each step', async (t) => {
  t.equal(limitAfter({ smoothing: 0.5 }, [{}]), 23)
})

t.test(
  'a probe believes the next latency, once in multiplier × limit × jitter samples',
  async (t) => {
    const limit = new VegasLimit({ initialLimit: 10, probeMultiplier: 2 }, { random: () => 0.5 })
    const slow = sample({ latencyNs: 50 * MS, inFlight: 1 })
    limit.onSample(sample())
    // 0.75 × 2 × 10: the fifteenth sample is the probe.
    for (let index = 2; index <= 14; index += 1) limit.onSample(slow)
    t.equal(limit.snapshot().baselineNs, 10 * MS)
    limit.onSample(slow)
    t.match(limit.snapshot(), { baselineNs: 50 * MS, reason: 'probe', samplesSinceProbe: 0 })
  },
)

t.test(
  'without a random source two processes do not probe in step, yet a history repeats',
  async (t) => {
    const probes = (bootNs: number): number[] => {
      const limit = new VegasLimit({ minLimit: 20, maxLimit: 20 })
      return Array.from({ length: 5000 }, (_, index) => {
        limit.onSample(sample({ startNs: bootNs + index * MS }))
        return limit.snapshot().reason === 'probe' ? index : -1
      }).filter((index) => index >= 0)
    }
    t.ok(probes(0).length >= 5000 / 600 - 1 && probes(0).length <= 5000 / 300)
    t.same(probes(123_456), probes(123_456))
    t.notSame(probes(123_456), probes(123_457))
  },
)

t.test('the rule says why', async (t) => {
  t.equal(vegasQueue(20, 10, 20), 10)
  t.equal(vegasQueue(20, 10, 10), 0)
  t.equal(vegasMove(20, 0, sample({ overloaded: true })), 'overloaded')
  t.equal(vegasMove(20, 0, sample({ inFlight: 1 })), 'unused')
  t.equal(vegasMove(20, 4, sample()), 'hold')
  t.equal(vegasMove(999.9, 2, sample()), 'leap', 'by the whole number of permits')
  t.equal(nextVegasLimit(999, 'leap', VEGAS_LIMIT_DEFAULTS), 1000)
  t.equal(nextVegasLimit(1, 'shrink', VEGAS_LIMIT_DEFAULTS), 1)
  t.match(new VegasLimit().snapshot(), { algorithm: 'vegas', limit: 20, reason: 'initial' })
})
