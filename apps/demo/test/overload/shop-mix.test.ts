import t from 'tap'
import { PRODUCT_COUNT } from '../../src/database/shop-schema.ts'
import { SHOP_MIX } from '../../src/overload/shop-mix.ts'

t.test('adds up to all requests, and asks only for products that exist', async (t) => {
  t.equal(
    SHOP_MIX.reduce((sum, { target }) => sum + (target.weight ?? 0), 0),
    100,
  )
  const ids = SHOP_MIX.flatMap(({ target }) => target.path)
    .map((path) => /(\d+)$/.exec(path)?.[1])
    .filter((id) => id !== undefined)
  t.ok(ids.length > 0)
  t.ok(ids.every((id) => Number(id) >= 1 && Number(id) <= PRODUCT_COUNT))
})
