import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import {
  type CachedSingleflightOptions,
  createAdmission,
  createCachedSingleflight,
} from '../../src/index.ts'

t.test('loads once, keeps, and gives to all', async (t) => {
  const cache = createCachedSingleflight({ ttlMs: 60_000 })
  let loads = 0
  const load = async (): Promise<string> => {
    loads += 1
    await turn()
    return 'value'
  }
  const answers = await Promise.all(Array.from({ length: 100 }, () => cache.get('a', load)))
  t.ok(answers.every(({ value }) => value === 'value'))
  t.equal((await cache.get('a', load)).source, 'hit')
  t.equal(loads, 1)
})

t.test('keys of any type are kept, and told apart', async (t) => {
  const cache = createCachedSingleflight({ ttlMs: 60_000 })
  const keys = ['1', 1, 1n, null, Number.NaN, true, Symbol('1'), {}, [], () => {}]
  for (const key of keys) await cache.get(key, () => key)
  for (const key of keys) {
    const { value, source } = await cache.get<unknown>(key, () => 'loaded again')
    t.same([value, source], [key, 'hit'])
  }
  t.equal((await cache.get(undefined, () => 1)).source, 'miss')
  t.equal((await cache.get(undefined, () => 2)).value, 2)
})

t.test('the bounds hold, with lru-cache behind', async (t) => {
  const cache = createCachedSingleflight({ maxEntries: 50, maxBytes: 10_000, sizeOf: () => 150 })
  for (let key = 0; key < 1_000; key += 1) await cache.get(key, () => key)
  t.match(cache.snapshot(), { entries: 50, bytes: 7_500, evictions: 950 })
  const narrow = createCachedSingleflight({ maxBytes: 1_000, sizeOf: () => 150 })
  for (let key = 0; key < 1_000; key += 1) await narrow.get(key, () => key)
  t.match(narrow.snapshot(), { entries: 6, bytes: 900 })
})

t.test('a bound that nothing reaches takes no memory before', async (t) => {
  const cache = createCachedSingleflight({
    maxEntries: Number.MAX_SAFE_INTEGER,
    maxBytes: Number.MAX_SAFE_INTEGER,
  })
  t.equal((await cache.get('a', () => 1)).value, 1)
  t.equal((await cache.get('a', () => 2)).source, 'hit')
})

t.test('a refresh takes a permit that is left over, and gives it back', async (t) => {
  const admission = createAdmission({ limit: 2 })
  t.teardown(() => admission.close())
  const cache = createCachedSingleflight({ ttlMs: 0.001, staleMs: 60_000, admission })
  await cache.get('a', () => 'old')
  await turn()
  let finish = (_: string): void => {}
  const load = (): Promise<string> =>
    new Promise((resolve) => {
      finish = resolve
    })
  t.equal((await cache.get('a', load)).source, 'stale')
  t.equal(admission.snapshot().inFlight, 1, 'the refresh holds a permit')
  finish('new')
  await turn()
  t.match(admission.snapshot(), { inFlight: 0, admitted: { opportunistic: 1 } })
})

t.test(
  'under pressure it takes none, and is no refusal; a load that is waited for runs',
  async (t) => {
    const admission = createAdmission({ limit: 1 })
    t.teardown(() => admission.close())
    const cache = createCachedSingleflight({ ttlMs: 0.001, staleMs: 60_000, admission })
    await cache.get('a', () => 'old')
    await turn()
    const user = admission.tryAcquire()
    let loads = 0
    const load = (): string => {
      loads += 1
      return 'new'
    }
    for (let n = 0; n < 10; n += 1) t.equal((await cache.get('a', load)).value, 'old')
    t.equal(loads, 0)
    t.match(cache.snapshot(), { heldBack: 10, refreshes: 0 })
    t.same(admission.snapshot().rejected.opportunistic, {})
    t.equal((await cache.get('b', load)).source, 'miss')
    if (user.admitted) user.permit.release()
    t.equal((await cache.get('a', load)).source, 'stale')
    await turn()
    t.equal(loads, 2)
  },
)

t.test('an admission that drains lets no refresh in', async (t) => {
  const admission = createAdmission()
  admission.close()
  t.notOk(admission.aside.isSpare)
})

t.test('wrong options throw, and are named', async (t) => {
  const complain = (options: unknown, option: string): void => {
    const create = () => createCachedSingleflight(options as CachedSingleflightOptions)
    t.throws(create, { code: 'HG_ERR_OPTION', option })
  }
  complain({ ttlMs: -1 }, 'ttlMs')
  complain({ maxEntries: 0 }, 'maxEntries')
  complain({ maxBytes: '1' }, 'maxBytes')
  complain({ admission: {} }, 'admission')
  complain({ admission: null }, 'admission')
  complain({ store: new Map() }, 'options')
  complain(null, 'options')
  complain('fast', 'options')
})
