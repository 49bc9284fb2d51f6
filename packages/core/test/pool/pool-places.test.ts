import t from 'tap'
import { FixedLimit } from '../../src/limit/fixed-limit.ts'
import { Limiter } from '../../src/limiter/limiter.ts'
import { PoolPlaces } from '../../src/pool/pool-places.ts'
import { PoolSet } from '../../src/pool/pool-set.ts'

t.test('half of the places are kept, each pool its fair part; the rest is lent', async (t) => {
  const { rooms, placesOf } = setUp({ a: { minRatio: 0.5 }, b: { weight: 3 } })
  // Parts: a 0.5 + 0.1, b 0.3, default 0.1.
  t.same(placesOf(100), [80, 65, 55])
  rooms[0].queued = 50
  t.same(placesOf(100), [80, 45, 35], 'what others have taken is not free')
})

t.test('a pool has no more of the places than of the permits', async (t) => {
  const { placesOf } = setUp({ a: { maxRatio: 0.1 } })
  t.same(placesOf(100), [10, 75])
})

t.test('however full, a place is left for each', async (t) => {
  const { rooms, placesOf } = setUp({ a: {}, b: {} })
  rooms[0].queued = 10
  t.same(placesOf(2), [2, 1, 1])
})

function setUp(options: ConstructorParameters<typeof PoolSet>[0]) {
  const pools = new PoolSet(options)
  const places = new PoolPlaces(pools, new Limiter(new FixedLimit(10), () => {}))
  const rooms = pools.names.map(() => ({ queued: 0 })) as [{ queued: number }]
  for (const room of rooms) places.add(room)
  const placesOf = (all: number): number[] =>
    pools.names.map((_, pool) => places.placesOf(pool, all))
  return { rooms, placesOf }
}
