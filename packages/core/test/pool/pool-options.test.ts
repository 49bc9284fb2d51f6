import t from 'tap'
import { InvalidOptionError } from '../../src/option/invalid-option-error.ts'
import { type PoolOptions, resolvePools } from '../../src/pool/pool-options.ts'

function check(pools: unknown, option: string, message: RegExp): void {
  try {
    resolvePools(pools as Record<string, PoolOptions>)
    t.fail(`${JSON.stringify(pools)} is taken`)
  } catch (error) {
    t.ok(error instanceof InvalidOptionError)
    t.equal((error as InvalidOptionError).option, option)
    t.match((error as InvalidOptionError).message, message)
  }
}

t.test('wrong options name themselves', async () => {
  check(null, 'pools', /object of pools/)
  check([], 'pools', /object of pools/)
  check({ 'no spaces': {} }, 'pools', /named by/)
  check({ '': {} }, 'pools', /named by/)
  check({ a: { min: 1 } }, 'pools.a', /minRatio, maxRatio, weight, limit/)
  check({ a: null }, 'pools.a', /an object/)
  check({ a: { minRatio: -0.1 } }, 'pools.a.minRatio', /from 0 to 1/)
  check({ a: { minRatio: 0.5, maxRatio: 0.4 } }, 'pools.a.maxRatio', /from 0.5 to 1/)
  check({ a: { maxRatio: 0 } }, 'pools.a.maxRatio', /above 0/)
  check({ a: { weight: 0 } }, 'pools.a.weight', /from 0.001 to 1000/)
  check({ a: { weight: Number.NaN } }, 'pools.a.weight', /got NaN/)
  check({ a: { limit: {} } }, 'pools.a.limit.onSample', /a function/)
  check({ a: { limit: null } }, 'pools.a.limit.onSample', /a function/)
  check({ a: { minRatio: 0.6 }, b: { minRatio: 0.5 } }, 'pools', /at most 1 together/)
  check({ a: { minRatio: 0.7 }, b: { minRatio: 0.3 } }, 'pools', /default has none/)
  const many = Object.fromEntries(Array.from({ length: 32 }, (_, index) => [`p${index}`, {}]))
  check(many, 'pools', /at most 32/)
})

t.test(
  'the default pool is there, once, and the minimums may be all there is if it has one',
  async (t) => {
    t.same(resolvePools({}), [
      { name: 'default', minRatio: 0, maxRatio: 1, weight: 1, limit: undefined },
    ])
    const pools = resolvePools({
      default: { minRatio: 0.1 },
      a: { minRatio: 0.7, weight: undefined },
      b: { minRatio: 0.2 },
    })
    t.same(
      pools.map(({ name, weight }) => [name, weight]),
      [
        ['default', 1],
        ['a', 1],
        ['b', 1],
      ],
    )
  },
)
