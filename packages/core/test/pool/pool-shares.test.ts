import fc from 'fast-check'
import t from 'tap'
import { resolvePools } from '../../src/pool/pool-options.ts'
import { poolShares } from '../../src/pool/pool-shares.ts'

const seed = Date.now()
t.comment(`seed ${seed}`)

t.test('ratios that are integers on paper are integers', async (t) => {
  const pools = resolvePools({ a: { minRatio: 0.29, maxRatio: 0.57 }, b: { maxRatio: 0.01 } })
  t.same(poolShares(pools, 100), [
    { least: 29, most: 57 },
    { least: 0, most: 1 },
    { least: 0, most: 100 },
  ])
  t.same(poolShares(pools, 1), [
    { least: 0, most: 1 },
    { least: 0, most: 1 },
    { least: 0, most: 1 },
  ])
})

t.test('what rounding lets through adds up to no more than the limit either', async (t) => {
  const minRatio = 0.5 + 4e-10
  const pools = resolvePools({ default: { minRatio }, a: { minRatio } })
  const [first, second] = poolShares(pools, 4e9)
  t.equal(Number(first?.least) + Number(second?.least), 4e9)
})

t.test('the minimums are never more than the limit, nor smaller at a larger one', async (t) => {
  const parts = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 8 })
  const limits = fc.integer({ min: 1, max: 5_000 })
  const property = fc.property(parts, fc.boolean(), limits, (given, hasDefault, limit) => {
    const sum = Math.max(
      1,
      given.reduce((total, part) => total + part, 0),
    )
    // Everything there is, shared out in fractions, or a millionth less where one pool has no minimum.
    const all = hasDefault && given.every((part) => part > 0) ? 1 : 1 - 1e-6
    const pools = Object.fromEntries(
      given.map((part, index) => [
        index === 0 && hasDefault ? 'default' : `p${index}`,
        { minRatio: (part / sum) * all },
      ]),
    )
    const resolved = resolvePools(pools)
    const shares = poolShares(resolved, limit)
    const total = shares.reduce((count, { least }) => count + least, 0)
    const isAnyWithout = resolved.some(({ minRatio }) => minRatio === 0)
    if (total > limit - (isAnyWithout ? 1 : 0)) throw new Error(`${total} of ${limit}`)
    const larger = poolShares(resolved, limit + 1)
    shares.forEach(({ least, most }, index) => {
      if (most < 1 || most > limit || least > most) throw new Error(`${least} to ${most}`)
      if ((larger[index]?.least as number) < least) throw new Error('smaller at a larger limit')
      const exact = (resolved[index]?.minRatio as number) * limit
      if (least < exact - 1 - 1e-6 || least > exact + 1e-6) throw new Error(`${least} for ${exact}`)
    })
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 2_000 }))
})
