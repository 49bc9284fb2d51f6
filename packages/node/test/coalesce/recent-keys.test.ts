import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { RecentKeys } from '../../src/coalesce/recent-keys.ts'

t.test('forgets after a while, and the oldest beyond its bound', async (t) => {
  const clock = new VirtualClock()
  const keys = new RecentKeys<number>(clock, { keptMs: 100, maxKeys: 2 })
  keys.set('a', 1)
  clock.advance(60)
  keys.set('b', 2)
  t.same([keys.get('a'), keys.get('b')], [1, 2])
  clock.advance(40)
  t.same([keys.get('a'), keys.get('b')], [undefined, 2])
  keys.set('b', 3)
  for (const key of ['c', 'd', 'e']) keys.set(key, 4)
  t.equal(keys.size, 2)
  t.same([keys.get('b'), keys.get('d'), keys.get('e')], [undefined, 4, 4])
})
