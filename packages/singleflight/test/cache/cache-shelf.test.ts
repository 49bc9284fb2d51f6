import fc from 'fast-check'
import t from 'tap'
import type { CacheEntry } from '../../src/cache/cache-entry.ts'
import { CacheShelf } from '../../src/cache/cache-shelf.ts'

function entry(bytes: number): CacheEntry {
  return {
    hasValue: true,
    value: 'value',
    bytes,
    storedAtMs: 0,
    loadMs: 0,
    freshUntilMs: 0,
    tags: [],
    epoch: 0,
    error: undefined,
    retryAtMs: 0,
    isUsed: false,
  }
}

function create(maxEntries: number, maxBytes = 1e9) {
  const store = new Map<unknown, CacheEntry>()
  return { store, shelf: new CacheShelf(store, { maxEntries, maxBytes }) }
}

t.test('puts out the oldest that nobody asked for', async (t) => {
  const { store, shelf } = create(3)
  for (const key of ['a', 'b', 'c']) shelf.put(key, entry(1))
  shelf.get('a')
  shelf.put('d', entry(1))
  t.same([...store.keys()].sort(), ['a', 'c', 'd'])
  shelf.put('e', entry(1))
  t.same([...store.keys()].sort(), ['a', 'd', 'e'])
  t.equal(shelf.evictions, 2)
})

t.test('a sweep over many keys pushes out itself, not what is in use', async (t) => {
  const { store, shelf } = create(20)
  for (let sweep = 0; sweep < 1_000; sweep += 1) {
    for (const hot of ['x', 'y', 'z']) if (!shelf.get(hot)) shelf.put(hot, entry(1))
    shelf.put(sweep, entry(1))
  }
  for (const hot of ['x', 'y', 'z']) t.ok(store.has(hot))
})

t.test(
  'an entry larger than all, or of no size, is not kept, nor the one it replaces',
  async (t) => {
    for (const bytes of [101, Number.NaN, Number.POSITIVE_INFINITY, -1, 0]) {
      const { store, shelf } = create(10, 100)
      t.ok(shelf.put('a', entry(100)))
      t.notOk(shelf.put('a', entry(bytes)))
      t.equal(store.size, 0)
      t.same([shelf.size, shelf.bytes], [0, 0])
    }
  },
)

t.test('a full room in which everything is in use still takes the new one at once', async (t) => {
  const { store, shelf } = create(10_000)
  for (let key = 0; key < 10_000; key += 1) {
    shelf.put(key, entry(1))
    shelf.get(key)
  }
  let reads = 0
  const read = store.get.bind(store)
  store.get = (key) => {
    reads += 1
    return read(key)
  }
  shelf.put('new', entry(1))
  t.equal(store.size, 10_000)
  t.ok(reads < 20, `${reads} entries were looked at`)
})

t.test(
  'keeps its bounds and its sums for any history, with a store that loses entries',
  async (t) => {
    const seed = Date.now()
    t.comment(`seed ${seed}`)
    const key = fc.integer({ min: 0, max: 12 })
    const step = fc.oneof(
      fc.record({ what: fc.constant('put' as const), key, bytes: fc.integer({ min: 1, max: 60 }) }),
      fc.record({ what: fc.constantFrom('get', 'delete', 'lose'), key }),
    )
    const property = fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const { store, shelf } = create(6, 100)
      for (const it of steps) {
        if ('bytes' in it) shelf.put(it.key, entry(it.bytes))
        else if (it.what === 'get') shelf.get(it.key)
        else if (it.what === 'delete') shelf.delete(it.key)
        else store.delete(it.key)
        const held = [...store.values()].reduce((sum, { bytes }) => sum + bytes, 0)
        if (shelf.size > 6 || shelf.bytes > 100 || store.size > shelf.size || held > shelf.bytes) {
          return false
        }
      }
      for (const lost of Array.from({ length: 13 }, (_, index) => index)) shelf.get(lost)
      const held = [...store.values()].reduce((sum, { bytes }) => sum + bytes, 0)
      if (store.size !== shelf.size || held !== shelf.bytes) return false
      shelf.clear()
      return store.size === 0 && shelf.size === 0 && shelf.bytes === 0
    })
    t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 2_000 }))
  },
)
