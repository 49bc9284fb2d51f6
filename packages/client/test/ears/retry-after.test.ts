import fc from 'fast-check'
import t from 'tap'
import { retryAfterMs } from '../../src/ears/retry-after.ts'
import { propertySeed } from '../fixtures/property-seed.ts'

const WALL_MS = Date.UTC(2026, 10, 26, 12, 0, 0)

t.test('reads seconds and dates, and nothing else', async (t) => {
  const check = (value: string | string[] | undefined, expected: number | undefined) =>
    t.equal(retryAfterMs(value, WALL_MS), expected, JSON.stringify(value))
  check('0', 0)
  check('2', 2000)
  check(' 2 ', 2000)
  check('1.5', 1500)
  check('Thu, 26 Nov 2026 12:00:05 GMT', 5000)
  check('Thursday, 26-Nov-26 12:00:05 GMT', 5000)
  check('Thu Nov 26 12:00:05 2026', 5000)
  check('Sun, 06 Nov 1994 08:49:37 GMT', 0)
  check('999999999999', 31 * 24 * 3600 * 1000)
  check(['1', '3', '2'], 3000)
  check(['x', 'y'], undefined)
  check([], undefined)
  for (const garbage of [
    undefined,
    '',
    '-1',
    '+1',
    'soon',
    '1e3',
    '0x10',
    'NaN',
    'Infinity',
    '2 s',
  ]) {
    check(garbage, undefined)
  }
  check('Thu, 99 Nov 2026 12:00:05 GMT', undefined)
  check('2026-11-26', undefined)
})

t.test('whatever a server says, it is a time from 0 to a month, or nothing', async (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.array(fc.string()), fc.nat().map(String)), (value) => {
      const ms = retryAfterMs(value, WALL_MS)
      return ms === undefined || (ms >= 0 && ms <= 31 * 24 * 3600 * 1000)
    }),
    { seed: propertySeed(t) },
  )
})
