import fc from 'fast-check'
import t from 'tap'
import { refillRateOf } from '../../src/rate/refill-rate.ts'

const seed = Date.now()
t.comment(`seed ${seed}`)

function check(perSecond: number, maxDenominator: number, [p, q]: readonly [number, number]): void {
  t.same(refillRateOf(perSecond, maxDenominator), { unitsPerTick: p, unitsPerToken: q * 1e6 })
}

t.test('whole rates, decimals and simple fractions are exact', async () => {
  check(1, 1_000, [1, 1])
  check(1_000_000, 10, [1_000_000, 1])
  check(0.1, 1_000, [1, 10])
  check(0.3, 1_000, [3, 10])
  check(2.5, 1_000, [5, 2])
  check(1 / 3, 1_000, [1, 3])
  check(1 / 86_400, 100_000, [1, 86_400])
  check(1234.567, 1_000, [1_234_567, 1_000])
})

t.test('what has no such fraction is a little below', async (t) => {
  const { unitsPerTick, unitsPerToken } = refillRateOf(Math.PI, 1_000)
  const perSecond = (unitsPerTick / unitsPerToken) * 1e6
  t.ok(perSecond < Math.PI && perSecond > Math.PI * 0.9999, `${perSecond}`)
  const tiny = refillRateOf(1e-5 * Math.PI, 50_000)
  t.same(tiny, { unitsPerTick: 1, unitsPerToken: 31_831e6 })
})

t.test('never above the rate, and as near as the denominators allow', async (t) => {
  const given = fc.tuple(
    fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
    fc.integer({ min: 1_000, max: 1_000_000 }),
  )
  const property = fc.property(given, ([perSecond, maxDenominator]) => {
    const { unitsPerTick: p, unitsPerToken } = refillRateOf(perSecond, maxDenominator)
    const q = unitsPerToken / 1e6
    if (!Number.isSafeInteger(p) || p < 1) throw new Error(`${p} units`)
    if (!Number.isSafeInteger(q) || q < 1 || q > maxDenominator) throw new Error(`of ${q}`)
    if (p / q > perSecond) throw new Error('above')
    if (perSecond - p / q > 1 / maxDenominator) throw new Error('too far below')
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 2_000 }))
})
