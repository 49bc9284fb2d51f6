import t from 'tap'
import { anyTenant, eachTenant, mintedTenant, oneTenant, seededRandom } from '../../src/index.ts'

const random = seededRandom(1)

t.test('one tenant is always the same', async (t) => {
  t.strictSame(
    [0, 1, 7].map((serial) => oneTenant('a')(random, serial)),
    ['a', 'a', 'a'],
  )
})

t.test('each tenant has its turn', async (t) => {
  const key = eachTenant('a', 3)
  t.strictSame(
    [0, 1, 2, 3].map((serial) => key(random, serial)),
    ['a-0', 'a-1', 'a-2', 'a-0'],
  )
})

t.test('any of some tenants is as likely as the others', async (t) => {
  const key = anyTenant('a', 4)
  const counts = new Map<string | undefined, number>()
  for (let i = 0; i < 40_000; i += 1) {
    const tenant = key(random, i)
    counts.set(tenant, (counts.get(tenant) ?? 0) + 1)
  }
  t.equal(counts.size, 4)
  // Five standard deviations of a binomial of 40,000 and a quarter.
  for (const count of counts.values()) t.ok(Math.abs(count - 10_000) < 435, `${count}`)
})

t.test('a minted key is new each time', async (t) => {
  const keys = [0, 1, 2].map((serial) => mintedTenant('a')(random, serial))
  t.equal(new Set(keys).size, 3)
})
