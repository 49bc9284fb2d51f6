import t from 'tap'
import { CounterMap } from '../src/counter-map.ts'

t.test('counts by key, and what is beyond 64 keys together', async (t) => {
  const counts = new CounterMap()
  for (let key = 0; key < 100; key++) counts.increment(`k${key}`)
  counts.increment('k5')
  const merged = new CounterMap()
  merged.add(counts)
  merged.add(counts)
  t.equal(merged.toJSON().k5, 4)
  t.equal(merged.toJSON().other, 72)
  t.equal(Object.keys(merged.toJSON()).length, 65)
})
