import { VirtualClock } from '@headgate/core'
import fc from 'fast-check'
import t from 'tap'
import type { CallOutcome } from '../../src/outcome/call-outcome.ts'
import {
  ADAPTIVE_THROTTLE_DEFAULTS,
  AdaptiveThrottle,
  nextRefusedRatio,
} from '../../src/throttle/adaptive-throttle.ts'
import { propertySeed } from '../property-seed.ts'
import { seededRandom } from '../seeded-random.ts'
import { throwsOption } from '../throws-option.ts'

function ratioAfter(outcomes: Partial<Record<CallOutcome, number>>): number {
  const throttle = new AdaptiveThrottle(new VirtualClock(), () => 0.5)
  for (const [outcome, count] of Object.entries(outcomes)) {
    for (let each = 0; each < count; each += 1) throttle.onResult(outcome as CallOutcome)
  }
  return throttle.refusedRatio
}

t.test('known answers of the formula', async (t) => {
  const check = (requests: number, accepts: number, expected: number) =>
    t.equal(nextRefusedRatio(requests, accepts, ADAPTIVE_THROTTLE_DEFAULTS), expected)
  check(99, 99, 0)
  check(99, 50, 0)
  check(99, 49, 0.01)
  check(99, 25, 0.49)
  check(9, 0, 0.9)
  check(999, 0, 0.9)
})

t.test('explicit refusals count, silence does not', async (t) => {
  t.equal(ratioAfter({ success: 25, overload: 74 }), 0.49)
  t.equal(ratioAfter({ success: 25, failure: 1000, ignore: 1000 }), 0)
  t.equal(ratioAfter({ overload: 9 }), 0, 'too few to say')
  t.equal(ratioAfter({ overload: 10 }), 0.9)
})

t.test('what is refused here counts as not accepted, and all is forgotten in time', async (t) => {
  const clock = new VirtualClock()
  const throttle = new AdaptiveThrottle(clock, () => 0)
  for (let count = 0; count < 20; count += 1) throttle.onResult('overload')
  t.notOk(throttle.tryPass())
  t.same(throttle.snapshot(), { refusedRatio: 0.9, requests: 21, accepts: 0 })
  clock.advance(10_000)
  t.ok(throttle.tryPass())
  t.same(throttle.snapshot(), { refusedRatio: 0, requests: 0, accepts: 0 })
})

t.test(
  'sends about twice what the server accepts, and all of it within 20 s after it is well',
  async (t) => {
    for (const seed of [1, 2, 3]) {
      const clock = new VirtualClock()
      const throttle = new AdaptiveThrottle(clock, seededRandom(seed))
      // 1,000 calls a second; the server takes 100 a second, then all.
      const run = (seconds: number, acceptEvery: number) => {
        const seen = { sent: 0, accepted: 0 }
        let room = 0
        for (let count = 0; count < seconds * 1000; count += 1) {
          clock.advance(1)
          room = Math.min(1, room + 1 / acceptEvery)
          if (!throttle.tryPass()) continue
          seen.sent += 1
          if (room >= 1) seen.accepted += 1
          throttle.onResult(room >= 1 ? 'success' : 'overload')
          if (room >= 1) room -= 1
        }
        return seen
      }
      run(20, 10)
      const full = run(20, 10)
      t.comment(`seed ${seed}: ${full.sent} sent, ${full.accepted} accepted in 20 s`)
      t.ok(full.sent / full.accepted > 1.7 && full.sent / full.accepted < 2.3)
      run(20, 1)
      const well = run(5, 1)
      t.ok(well.accepted >= 0.99 * 5000, `${well.accepted} of 5,000 after 20 s`)
    }
  },
)

t.test('the ratio is that of a plain count, for any history', async (t) => {
  const seed = propertySeed(t)
  const step = fc.record({
    byMs: fc.nat({ max: 900 }),
    outcome: fc.constantFrom<CallOutcome | 'ask'>(
      'success',
      'overload',
      'failure',
      'ignore',
      'ask',
    ),
  })
  const property = fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const clock = new VirtualClock()
    const throttle = new AdaptiveThrottle(clock, () => 0.3)
    const seen: { bucket: number; accepted: boolean }[] = []
    return steps.every(({ byMs, outcome }) => {
      clock.advance(byMs)
      const bucket = Math.floor(clock.nowMs() / 1000)
      const expected = () => {
        const inWindow = seen.filter((entry) => entry.bucket > bucket - 10)
        const accepts = inWindow.filter(({ accepted }) => accepted).length
        const requests = inWindow.length
        if (requests < 10) return 0
        return Math.min(0.9, Math.max(0, (requests - 2 * accepts) / (requests + 1)))
      }
      if (outcome === 'ask') {
        const passes = expected() <= 0.3
        if (throttle.tryPass() !== passes) return false
        if (!passes) seen.push({ bucket, accepted: false })
      } else {
        throttle.onResult(outcome)
        if (outcome === 'success') seen.push({ bucket, accepted: true })
        if (outcome === 'overload') seen.push({ bucket, accepted: false })
      }
      return throttle.refusedRatio === expected()
    })
  })
  t.doesNotThrow(() => fc.assert(property, { seed }))
})

t.test('wrong options throw', async (t) => {
  throwsOption(t, (options) => new AdaptiveThrottle(new VirtualClock(), () => 0, options), [
    [{ multiplier: 0.9 }, 'multiplier'],
    [{ windowMs: 0 }, 'windowMs'],
    [{ maxRefusedRatio: 1 }, 'maxRefusedRatio'],
    [{ minRequests: 0 }, 'minRequests'],
    [{ k: 2 }, 'options'],
  ])
  throwsOption(t, (random) => new AdaptiveThrottle(new VirtualClock(), random), [[1, 'random']])
})
