import fc from 'fast-check'
import t from 'tap'
import { type RetryCause, RetryDelay } from '../../src/backoff/retry-delay.ts'
import { propertySeed } from '../property-seed.ts'
import { seededRandom } from '../seeded-random.ts'
import { throwsOption } from '../throws-option.ts'

function plan(cause: Partial<RetryCause>, drawn = 0.5) {
  return new RetryDelay(() => drawn).plan({ retry: 1, ...cause })
}

function delayMs(cause: Partial<RetryCause>, drawn = 0.5): number {
  const planned = plan(cause, drawn)
  return planned.retry ? Math.round(planned.delayMs) : Number.NaN
}

t.test(
  'without a word from the server it is the backoff, longer where the server is full',
  async (t) => {
    t.equal(delayMs({}), 25)
    t.equal(delayMs({ retry: 3 }), 100)
    t.equal(delayMs({ isOverload: true }), 500)
    t.equal(delayMs({ isOverload: true, retry: 9 }), 10_000)
  },
)

t.test('the first retry on another upstream waits for nothing, further ones do', async (t) => {
  t.equal(delayMs({ isElsewhere: true }), 0)
  t.equal(delayMs({ isElsewhere: true, isOverload: true }), 0)
  t.equal(delayMs({ isElsewhere: true, retry: 2 }), 50)
  t.equal(delayMs({ isElsewhere: true, serverDelayMs: 1000 }), 1100, 'what was asked still binds')
})

t.test('what the server asked for is the least; up to a fifth and 30 s are added', async (t) => {
  t.equal(delayMs({ serverDelayMs: 1000 }, 0), 1000)
  t.equal(delayMs({ serverDelayMs: 1000 }), 1100)
  t.equal(delayMs({ serverDelayMs: 5, retry: 4 }), 200, 'the backoff is longer')
  t.equal(delayMs({ serverDelayMs: 0 }), 25)
  t.equal(delayMs({ serverDelayMs: 60_000 }), 66_000)
  const patient = new RetryDelay(() => 0.5, { maxServerDelayMs: 1e6 })
  t.same(patient.plan({ retry: 1, serverDelayMs: 1e6 }), { retry: true, delayMs: 1_015_000 })
})

t.test(
  'fails at once where a retry is forbidden, too far away, or past the deadline',
  async (t) => {
    const never = Number.POSITIVE_INFINITY
    t.same(plan({ serverDelayMs: -1 }), { retry: false, reason: 'forbidden', retryAfterMs: never })
    t.same(plan({ serverDelayMs: -never }), {
      retry: false,
      reason: 'forbidden',
      retryAfterMs: never,
    })
    t.same(plan({ serverDelayMs: 60_001 }), {
      retry: false,
      reason: 'too-late',
      retryAfterMs: 60_001,
    })
    t.same(plan({ serverDelayMs: never }), {
      retry: false,
      reason: 'too-late',
      retryAfterMs: never,
    })
    t.same(plan({ remainingMs: 25 }), { retry: false, reason: 'no-time', retryAfterMs: 25 })
    t.equal(delayMs({ remainingMs: 26 }), 25)
    t.match(plan({ serverDelayMs: 1000, remainingMs: 1000 }), { reason: 'no-time' })
    t.match(plan({ isElsewhere: true, remainingMs: 0 }), { reason: 'no-time' })
  },
)

t.test('what is not a number was not asked for', async (t) => {
  t.equal(delayMs({ serverDelayMs: Number.NaN }), 25)
  t.equal(delayMs({ serverDelayMs: undefined }), 25)
})

t.test(
  '1,000 callers who heard the same number come back over 15 % of it, none too early',
  async (t) => {
    const random = seededRandom(1)
    const retryDelay = new RetryDelay(random)
    const waits = Array.from({ length: 1000 }, () => {
      const planned = retryDelay.plan({ retry: 1, serverDelayMs: 10_000 })
      return planned.retry ? planned.delayMs : Number.NaN
    })
    t.ok(Math.min(...waits) >= 10_000)
    t.ok(Math.max(...waits) - Math.min(...waits) >= 1500)
  },
)

t.test('never sooner than asked, never past the deadline, whatever is asked', async (t) => {
  const seed = propertySeed(t)
  const given = fc.record({
    retry: fc.integer({ min: 1, max: 100 }),
    previousMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
    isOverload: fc.boolean(),
    isElsewhere: fc.boolean(),
    serverDelayMs: fc.oneof(
      fc.constant(undefined),
      fc.double(),
      fc.integer({ min: -5, max: 70_000 }),
    ),
    remainingMs: fc.oneof(fc.constant(undefined), fc.double({ min: 0, max: 1e5, noNaN: true })),
  })
  const property = fc.property(given, fc.integer(), (cause, drawSeed) => {
    const planned = new RetryDelay(seededRandom(drawSeed)).plan(cause)
    const { serverDelayMs: askedMs = 0, remainingMs = Number.POSITIVE_INFINITY } = cause
    if (!planned.retry) return planned.retryAfterMs > 0 || remainingMs === 0
    return (
      planned.delayMs >= 0 &&
      !(askedMs < 0 || askedMs > 60_000) &&
      (Number.isNaN(askedMs) || planned.delayMs >= askedMs) &&
      planned.delayMs < remainingMs
    )
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 1000 }))
})

t.test('wrong options throw', async (t) => {
  throwsOption(t, (options) => new RetryDelay(() => 0, options), [
    [{ baseDelayMs: -1 }, 'baseDelayMs'],
    [{ jitter: 'none' }, 'jitter'],
    [{ overloadBaseDelayMs: 0 }, 'overloadBaseDelayMs'],
    [{ overloadMaxDelayMs: 999 }, 'overloadMaxDelayMs'],
    [{ maxServerDelayMs: -1 }, 'maxServerDelayMs'],
    [{ serverSpreadRatio: -0.1 }, 'serverSpreadRatio'],
    [{ maxServerSpreadMs: Number.NaN }, 'maxServerSpreadMs'],
    [{ overloadBase: 1 }, 'options'],
  ])
  throwsOption(t, (random) => new RetryDelay(random), [['random', 'random']])
})
