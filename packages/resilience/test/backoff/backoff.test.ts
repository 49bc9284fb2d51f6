import fc from 'fast-check'
import t from 'tap'
import { Backoff, type BackoffOptions, type Jitter } from '../../src/backoff/backoff.ts'
import { propertySeed } from '../property-seed.ts'
import { throwsOption } from '../throws-option.ts'

const JITTERS: readonly Jitter[] = ['full', 'equal', 'decorrelated']
const ALMOST_ONE = 1 - 2 ** -53

function delays(options: BackoffOptions, drawn: number, retries = 7): number[] {
  const backoff = new Backoff(() => drawn, options)
  const found: number[] = []
  for (let retry = 1; retry <= retries; retry += 1) {
    found.push(Math.round(backoff.delayMs(retry, found.at(-1))))
  }
  return found
}

t.test('full jitter: anything from nothing to a ceiling that doubles up to the cap', async (t) => {
  t.same(delays({}, ALMOST_ONE), [50, 100, 200, 400, 800, 1600, 2000])
  t.same(delays({}, 0.5), [25, 50, 100, 200, 400, 800, 1000])
  t.same(delays({}, 0), [0, 0, 0, 0, 0, 0, 0])
})

t.test('equal jitter: at least half of the ceiling', async (t) => {
  t.same(delays({ jitter: 'equal' }, 0), [25, 50, 100, 200, 400, 800, 1000])
  t.same(delays({ jitter: 'equal' }, ALMOST_ONE), [50, 100, 200, 400, 800, 1600, 2000])
})

t.test('decorrelated jitter: from the base to three times the wait before', async (t) => {
  t.same(delays({ jitter: 'decorrelated' }, ALMOST_ONE), [150, 450, 1350, 2000, 2000, 2000, 2000])
  t.same(delays({ jitter: 'decorrelated' }, 0.5, 3), [100, 175, 288])
  t.same(delays({ jitter: 'decorrelated' }, 0), [50, 50, 50, 50, 50, 50, 50])
})

t.test('a source of randomness that is broken draws nothing', async (t) => {
  for (const drawn of [Number.NaN, 1, 5, -1, Number.POSITIVE_INFINITY]) {
    t.equal(new Backoff(() => drawn).delayMs(3), 0, `${drawn}`)
  }
})

t.test('every wait is within its bounds, however many retries came before', async (t) => {
  const seed = propertySeed(t)
  const given = fc.record({
    jitter: fc.constantFrom(...JITTERS),
    drawn: fc.double({ min: 0, max: ALMOST_ONE, noNaN: true }),
    baseDelayMs: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
    room: fc.double({ min: 1, max: 1e4, noNaN: true }),
    retry: fc.integer({ min: 1, max: 5000 }),
    previousMs: fc.double({ min: 0, max: 1e10, noNaN: true }),
  })
  const property = fc.property(given, ({ jitter, drawn, baseDelayMs, room, retry, previousMs }) => {
    const maxDelayMs = baseDelayMs * room
    const backoff = new Backoff(() => drawn, { jitter, baseDelayMs, maxDelayMs })
    const delayMs = backoff.delayMs(retry, previousMs)
    const doubled = retry > 1000 ? maxDelayMs : Math.min(maxDelayMs, baseDelayMs * 2 ** (retry - 1))
    const least = { full: 0, equal: doubled / 2, decorrelated: baseDelayMs }[jitter]
    const most = jitter === 'decorrelated' ? maxDelayMs : doubled
    return delayMs >= least * (1 - 1e-9) && delayMs <= most * (1 + 1e-9)
  })
  t.doesNotThrow(() => fc.assert(property, { seed }))
})

t.test('wrong options throw', async (t) => {
  throwsOption(t, (options) => new Backoff(() => 0, options), [
    [{ jitter: 'some' }, 'jitter'],
    [{ baseDelayMs: 0 }, 'baseDelayMs'],
    [{ baseDelayMs: 100, maxDelayMs: 99 }, 'maxDelayMs'],
    [{ maxDelayMs: Number.POSITIVE_INFINITY }, 'maxDelayMs'],
    [{ maxDelay: 1 }, 'options'],
    [null, 'options'],
  ])
  throwsOption(t, (random) => new Backoff(random), [[undefined, 'random']])
})
