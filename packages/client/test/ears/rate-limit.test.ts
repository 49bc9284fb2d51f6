import t from 'tap'
import { rateLimitWaitMs } from '../../src/ears/rate-limit.ts'

t.test('a rate that is used up, and only that', async (t) => {
  const check = (value: string | string[] | undefined, expected: number | undefined) =>
    t.equal(rateLimitWaitMs(value), expected, String(value))
  check('"default";r=0;t=30', 30_000)
  check('"a";r=0;t=5, "b";r=0;t=7', 7000)
  check(['"a";r=0;t=5', '"b";r=1;t=7'], 5000)
  check('"default";t=30;r=0', 30_000)
  for (const left of ['"default";r=50;t=30', '"default";r=0', '"default";t=30'])
    check(left, undefined)
  check('"default";r=0;t=30;pk=:dGVuYW50:', undefined)
  for (const garbage of [
    undefined,
    '',
    'r',
    'r=0',
    '"x";r=-1;t=3',
    '"x";r=0;t=x',
    '"x";r=0;t=9999999999',
  ]) {
    check(garbage, undefined)
  }
  check(`"x";r=0;t=3${' '.repeat(2000)}`, undefined)
})
