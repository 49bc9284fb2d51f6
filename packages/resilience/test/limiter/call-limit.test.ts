import type { Sample } from '@headgate/core'
import fc from 'fast-check'
import t from 'tap'
import { CallLimit, type CallLimitOptions } from '../../src/limiter/call-limit.ts'
import { propertySeed } from '../property-seed.ts'
import { throwsOption } from '../throws-option.ts'

function sample(given: Partial<Sample> = {}): Sample {
  return { startNs: 0, latencyNs: 1e6, inFlight: 100, overloaded: false, ...given }
}

function limitAfter(samples: readonly Partial<Sample>[], options?: CallLimitOptions): number {
  const limit = new CallLimit(options)
  for (const given of samples) limit.onSample(sample(given))
  return limit.current
}

function times(count: number, given: Partial<Sample> = {}): Partial<Sample>[] {
  return Array.from({ length: count }, () => given)
}

t.test('one more for each round of successes near the limit', async (t) => {
  t.equal(limitAfter([]), 20)
  t.equal(limitAfter(times(20)), 20, 'not quite a round: the limit grows meanwhile')
  t.equal(limitAfter(times(21)), 21)
  t.equal(limitAfter(times(1000, { inFlight: 17 })), 20, 'nine tenths have to be in use')
  t.equal(limitAfter(times(1000, { inFlight: 18 })), 21, 'and then of the larger limit')
  t.equal(limitAfter(times(1e5), { maxLimit: 30 }), 30)
})

t.test('a tenth less, rounded down, once for each round of overloads', async (t) => {
  t.equal(limitAfter([{ overloaded: true }]), 18)
  t.equal(limitAfter(times(20, { overloaded: true })), 18, 'all began before the first ended')
  t.equal(limitAfter([{ overloaded: true }, { overloaded: true, startNs: 1e6 }]), 16)
  const rounds = Array.from({ length: 100 }, (_, round) => ({
    overloaded: true,
    startNs: round * 1e6,
  }))
  t.equal(limitAfter(rounds.slice(0, 4)), 12, '18, 16, 14, 12')
  t.equal(limitAfter(rounds), 1)
  t.equal(limitAfter(rounds, { minLimit: 4 }), 4)
})

t.test('a bound that is asked for moves the defaults', async (t) => {
  t.equal(new CallLimit({ maxLimit: 5 }).current, 5)
  t.equal(new CallLimit({ minLimit: 50 }).current, 50)
  t.equal(new CallLimit({ minLimit: 5000 }).current, 5000)
})

t.test('stays within its bounds for any history', async (t) => {
  const seed = propertySeed(t)
  const any = fc.record({
    startNs: fc.nat(),
    latencyNs: fc.integer({ min: 1, max: 1e9 }),
    inFlight: fc.integer({ min: 1, max: 100 }),
    overloaded: fc.boolean(),
  })
  const property = fc.property(fc.array(any), (samples) => {
    const limit = new CallLimit({ minLimit: 2, maxLimit: 30 })
    return samples.every((each) => {
      limit.onSample(each)
      return Number.isInteger(limit.current) && limit.current >= 2 && limit.current <= 30
    })
  })
  t.doesNotThrow(() => fc.assert(property, { seed }))
})

t.test('wrong options throw', async (t) => {
  throwsOption(t, (options) => new CallLimit(options), [
    [{ initialLimit: 1.5 }, 'initialLimit'],
    [{ initialLimit: 30, maxLimit: 20 }, 'initialLimit'],
    [{ minLimit: 0 }, 'minLimit'],
    [{ minLimit: 10, maxLimit: 9 }, 'maxLimit'],
    [{ backoffRatio: 1 }, 'backoffRatio'],
    [{ smoothing: 1 }, 'options'],
  ])
})
