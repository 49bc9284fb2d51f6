import t from 'tap'
import { nextRetryAfterMs } from '../../src/shed/retry-after.ts'

t.test('is the time that the work in front takes', async (t) => {
  t.equal(nextRetryAfterMs(10_000, 0.5), 10_000)
  t.equal(nextRetryAfterMs(5_000, 0.5), 5_000)
})

t.test('is spread by a quarter either way', async (t) => {
  t.equal(nextRetryAfterMs(10_000, 0), 7_500)
  t.equal(nextRetryAfterMs(10_000, 0.25), 8_750)
  const latest = nextRetryAfterMs(10_000, 1 - Number.EPSILON)
  t.ok(latest > 12_499 && latest < 12_500.01)
})

t.test('is a second at least, and half a minute at most', async (t) => {
  for (const random of [0, 0.3, 0.5, 0.999]) {
    t.ok(nextRetryAfterMs(1_100, random) >= 1_000)
    t.ok(nextRetryAfterMs(1e12, random) <= 30_000)
  }
})

t.test('below a second it is a second for everybody: the header knows no half ones', async (t) => {
  for (const random of [0, 0.3, 0.5, 0.999]) {
    t.equal(nextRetryAfterMs(0, random), 1_000)
    t.equal(nextRetryAfterMs(500, random), 1_000, 'half a second')
    t.equal(nextRetryAfterMs(1_000, random), 1_000, 'just a second')
  }
})

t.test('above, clients that read whole seconds come back in several of them', async (t) => {
  const secondsAt = (queued: number): number[] => {
    const seconds = new Set<number>()
    for (let random = 0; random < 1; random += 0.01) {
      seconds.add(Math.ceil(nextRetryAfterMs(queued + 1, random) / 1_000))
    }
    return [...seconds].sort((a, b) => a - b)
  }
  t.same(secondsAt(1_599), [2])
  t.same(secondsAt(1_999), [2, 3])
  t.same(secondsAt(9_999), [8, 9, 10, 11, 12, 13])
  t.same(secondsAt(1e9), [23, 24, 25, 26, 27, 28, 29, 30])
})

t.test('even a hopeless wait does not send all back at the same moment', async (t) => {
  t.equal(nextRetryAfterMs(1e12, 0), 22_500)
  t.equal(nextRetryAfterMs(1e12, 0.25), 26_250)
})

t.test('is a second while the rate is unknown', async (t) => {
  t.equal(nextRetryAfterMs(0, 0.5), 1_000)
  t.equal(nextRetryAfterMs(0, 0.9), 1_000)
})
