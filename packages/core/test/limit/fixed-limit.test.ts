import t from 'tap'
import { FixedLimit } from '../../src/limit/fixed-limit.ts'
import { InvalidOptionError } from '../../src/option/invalid-option-error.ts'

t.test('stays where it was put, whatever it is told', async (t) => {
  const limit = new FixedLimit(7)
  for (const overloaded of [true, false]) {
    for (const latencyNs of [1, 5e9, Number.NaN]) {
      limit.onSample({ startNs: 0, latencyNs, inFlight: 7, overloaded })
    }
  }
  t.equal(limit.current, 7)
  t.same(limit.snapshot(), { algorithm: 'fixed', limit: 7 })
})

t.test('refuses what is no positive integer', async (t) => {
  for (const bad of [
    0,
    -1,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    '7',
    null,
    undefined,
  ]) {
    t.throws(() => new FixedLimit(bad as number), { code: 'HG_ERR_OPTION', option: 'limit' })
  }
  t.throws(() => new FixedLimit({ limit: 7 } as never), InvalidOptionError)
})
