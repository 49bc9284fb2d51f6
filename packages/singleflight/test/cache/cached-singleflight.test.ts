import { LRUCache } from 'lru-cache'
import t from 'tap'
import type { CacheEntry } from '../../src/cache/cache-entry.ts'
import type { CachedSingleflightParts } from '../../src/cache/cache-parts.ts'
import { CachedSingleflight } from '../../src/cache/cached-singleflight.ts'
import type { CachedSingleflightOptions } from '../../src/cache/cached-singleflight-options.ts'
import { ControlledWork, settle, watch } from '../controlled-work.ts'
import { ManualClock } from '../manual-clock.ts'

type Parts = Partial<CachedSingleflightParts<AbortSignal>>

/** No jitter (a draw of one half is the middle) and no early refresh, unless a test is about them. */
function create(options: CachedSingleflightOptions = {}, parts: Parts = {}) {
  const clock = new ManualClock()
  const newAbort = () => new AbortController()
  const cache = new CachedSingleflight(
    { clock, random: () => 0.5, newAbort, ...parts },
    { ttlMs: 1_000, earlyRefreshBeta: 0, ...options },
  )
  return { clock, cache, work: new ControlledWork() }
}

t.test('a miss loads and keeps, a hit does not load, and both say so', async (t) => {
  const { clock, cache } = create()
  let loads = 0
  const load = async () => `value ${++loads}`
  t.same(await cache.get('a', load), {
    value: 'value 1',
    source: 'miss',
    ageMs: 0,
    freshForMs: 1_000,
  })
  clock.advance(400)
  t.same(await cache.get('a', load), {
    value: 'value 1',
    source: 'hit',
    ageMs: 400,
    freshForMs: 600,
  })
  clock.advance(600)
  t.match(await cache.get('a', load), { value: 'value 2', source: 'miss' })
  t.match(cache.snapshot(), { hits: 1, misses: 2, entries: 1, flights: { flights: 0 } })
})

t.test('undefined, null and false are values like others', async (t) => {
  const { cache } = create()
  for (const value of [undefined, null, false, 0, '']) {
    await cache.get(String(value), () => value)
    const { source, value: kept } = await cache.get<unknown>(String(value), () => 'loaded again')
    t.same([source, kept], ['hit', value])
  }
})

t.test('concurrent misses are one load; those who joined are collapsed', async (t) => {
  const { cache, work } = create()
  const calls = Array.from({ length: 1_000 }, () => cache.get('a', work.run))
  t.equal(work.count, 1)
  work.at(0).succeed('value')
  const sources = (await Promise.all(calls)).map(({ source }) => source)
  t.equal(sources.filter((source) => source === 'miss').length, 1)
  t.equal(sources.filter((source) => source === 'collapsed').length, 999)
})

t.test('a leader who leaves takes nothing from the others, and the value is kept', async (t) => {
  const { cache, work } = create()
  const leader = new AbortController()
  const first = watch(cache.get('a', work.run, { signal: leader.signal }))
  const second = cache.get('a', work.run)
  leader.abort(new Error('gone'))
  work.at(0).succeed('value')
  t.match(await second, { value: 'value', source: 'collapsed' })
  t.match(first.outcome, { error: { message: 'gone' } })
  t.match(await cache.get('a', work.run), { source: 'hit' })
})

t.test('what everybody has left is aborted, not kept, and no error to remember', async (t) => {
  const { cache, work } = create({ negativeTtlMs: 1_000 })
  const leader = new AbortController()
  watch(cache.get('a', work.run, { signal: leader.signal }))
  leader.abort()
  await settle()
  t.ok(work.at(0).signal.aborted)
  const next = cache.get('a', work.run)
  work.at(1).succeed('value')
  t.match(await next, { source: 'miss' })
})

t.test('a signal aborted before gets nothing, not even a hit', async (t) => {
  const { cache } = create()
  await cache.get('a', () => 'value')
  const signal = AbortSignal.abort(new Error('before'))
  await t.rejects(
    cache.get('a', () => 'value', { signal }),
    { message: 'before' },
  )
})

t.test('the TTL is drawn around its middle', async (t) => {
  const draws = [0, 0.25, 0.5, 0.999_999]
  const { cache } = create({ ttlJitterRatio: 0.2 }, { random: () => draws.shift() ?? 0 })
  const freshForMs: number[] = []
  for (const key of ['a', 'b', 'c', 'd']) {
    freshForMs.push(Math.round((await cache.get(key, () => 'value')).freshForMs))
  }
  t.same(freshForMs, [800, 900, 1_000, 1_200])
})

t.test('a TTL can come from the value; none above 0 means: share, and do not keep', async (t) => {
  const ttls: unknown[] = [500, 0, -1, Number.NaN, undefined]
  for (const ttlMs of ttls) {
    const { cache, work } = create({ ttlMs: () => ttlMs as number })
    const calls = [cache.get('a', work.run), cache.get('a', work.run)]
    work.at(0).succeed('value')
    const sources = (await Promise.all(calls)).map(({ source }) => source)
    t.same(sources, ['miss', 'collapsed'])
    const expected = ttlMs === 500 ? 'hit' : 'miss'
    const next = cache.get('a', work.run)
    if (expected === 'miss') work.at(1).succeed('value')
    t.equal((await next).source, expected, `ttlMs ${ttlMs}`)
  }
})

t.test('a value that is not to be kept puts out the one before', async (t) => {
  let ttlMs = 1_000
  const { clock, cache } = create({ ttlMs: () => ttlMs, staleMs: 5_000 })
  await cache.get('a', () => 'public')
  clock.advance(1_500)
  ttlMs = 0
  t.match(await cache.get('a', () => 'private'), { value: 'public', source: 'stale' })
  await settle()
  t.equal(cache.peek('a'), undefined)
})

t.test('within staleMs the old value is served at once, and one refresh runs', async (t) => {
  const { clock, cache, work } = create({ staleMs: 500 })
  await cache.get('a', () => 'old')
  clock.advance(1_200)
  for (let call = 0; call < 3; call += 1) {
    t.match(await cache.get('a', work.run), { value: 'old', source: 'stale', freshForMs: -200 })
  }
  t.equal(work.count, 1)
  work.at(0).succeed('new')
  await settle()
  t.match(await cache.get('a', work.run), { value: 'new', source: 'hit', ageMs: 0 })
  t.match(cache.snapshot(), { refreshes: 1, stale: 3 })
  t.equal(clock.pending, 0, 'the timer of the refresh is gone')
})

t.test('past staleMs a call waits, and joins the refresh that is in the air', async (t) => {
  const { clock, cache, work } = create({ staleMs: 500 })
  await cache.get('a', () => 'old')
  clock.advance(1_400)
  await cache.get('a', work.run)
  clock.advance(200)
  const call = cache.get('a', work.run)
  t.equal(work.count, 1)
  work.at(0).succeed('new')
  t.match(await call, { value: 'new', source: 'collapsed' })
})

t.test(
  'a refresh that fails is counted and told, never unhandled, and not repeated at once',
  async (t) => {
    const told: unknown[] = []
    const { clock, cache, work } = create({
      staleMs: 60_000,
      retryAfterErrorMs: 1_000,
      onRefreshError: (error, key) => told.push([key, error]),
    })
    await cache.get('a', () => 'old')
    clock.advance(1_000)
    await cache.get('a', work.run)
    const error = new Error('no')
    work.at(0).fail(error)
    await settle()
    t.same(told, [['a', error]])
    t.equal(clock.pending, 0, 'the timer of the refresh is gone')
    t.match(await cache.get('a', work.run), { value: 'old', source: 'stale', error })
    t.equal(work.count, 1)
    clock.advance(1_000)
    t.match(await cache.get('a', work.run), { source: 'stale' })
    t.equal(work.count, 2)
    t.match(cache.snapshot(), { refreshes: 2, refreshFailures: 1 })
    work.at(1).succeed('new')
    await settle()
    const answer = await cache.get('a', work.run)
    t.match(answer, { value: 'new', source: 'hit' })
    t.notOk('error' in answer)
  },
)

t.test('a refresh that never ends gives up at maxAgeMs, and the next one may start', async (t) => {
  const { clock, cache, work } = create({ staleMs: 60_000, maxAgeMs: 5_000 })
  await cache.get('a', () => 'old')
  clock.advance(1_000)
  await cache.get('a', work.run)
  clock.advance(4_999)
  t.notOk(work.at(0).signal.aborted)
  clock.advance(1)
  t.ok(work.at(0).signal.aborted)
  await settle()
  await cache.get('a', work.run)
  t.equal(work.count, 2)
})

t.test('mayRefresh holds a refresh back, never a load that somebody waits for', async (t) => {
  let mayRefresh = false
  const parts = { mayRefresh: () => mayRefresh, random: () => 0 }
  const { clock, cache, work } = create({ staleMs: 500, earlyRefreshBeta: 1 }, parts)
  const load = async () => {
    clock.advance(100)
    return 'old'
  }
  t.match(await cache.get('a', load), { source: 'miss' })
  t.match(await cache.get('a', work.run), { source: 'hit' })
  clock.advance(1_000)
  t.match(await cache.get('a', work.run), { source: 'stale' })
  t.equal(work.count, 0)
  t.equal(cache.snapshot().heldBack, 2)
  mayRefresh = true
  t.match(await cache.get('a', work.run), { source: 'stale' })
  t.equal(work.count, 1)
})

t.test('what mayRefresh took is given back once, however the refresh ends', async (t) => {
  const told: unknown[] = []
  let [taken, back] = [0, 0]
  const mayRefresh = () => {
    taken += 1
    return () => {
      back += 1
    }
  }
  const { clock, cache, work } = create(
    { staleMs: 60_000, retryAfterErrorMs: 0, onRefreshError: (error) => told.push(error) },
    { mayRefresh },
  )
  await cache.get('a', () => 'value')
  clock.advance(1_000)
  for (const end of ['fail', 'never', 'succeed']) {
    t.equal((await cache.get('a', work.run)).source, 'stale')
    t.equal((await cache.get('a', work.run)).source, 'stale')
    t.same([taken, back], [taken, taken - 1], 'one is under way')
    if (end === 'fail') work.at(-1).fail(new Error('broken'))
    else if (end === 'never') clock.advance(5_000)
    else work.at(-1).succeed('new')
    await settle()
    t.equal(back, taken, end)
  }
  t.equal(taken, 3)
  t.equal(told.length, 2)
})

t.test('nor is it kept when the refresh cannot even be started', async (t) => {
  let back = 0
  const parts = {
    mayRefresh: () => () => {
      back += 1
    },
    newAbort: () => {
      if (isBroken) throw new Error('no controller')
      return new AbortController()
    },
  }
  let isBroken = false
  const { clock, cache } = create({ staleMs: 5_000 }, parts)
  await cache.get('a', () => 'value')
  clock.advance(1_000)
  isBroken = true
  await t.rejects(
    cache.get('a', () => 'new'),
    { message: 'no controller' },
  )
  t.equal(back, 1)
})

t.test('an onRefreshError that throws is counted, and ends nothing', async (t) => {
  const onRefreshError = () => {
    throw new Error('of the listener')
  }
  const { clock, cache } = create({ staleMs: 5_000, onRefreshError })
  await cache.get('a', () => 'value')
  clock.advance(1_000)
  await cache.get('a', () => Promise.reject(new Error('broken')))
  await settle()
  t.match(cache.snapshot(), { refreshFailures: 1, listenerErrors: 1 })
})

t.test('a fresh value may be refreshed early, by one call, while all are served', async (t) => {
  // Drawn: 0.9 of a TTL without jitter, then e^(-2), which is due at a remaining time of two loads.
  const { clock, cache, work } = create(
    { earlyRefreshBeta: 1, ttlJitterRatio: 0 },
    { random: () => Math.exp(-2) },
  )
  await cache.get('a', async () => {
    clock.advance(100)
    return 'old'
  })
  clock.advance(799)
  t.match(await cache.get('a', work.run), { source: 'hit' })
  t.equal(work.count, 0)
  clock.advance(2)
  for (let call = 0; call < 3; call += 1) {
    t.match(await cache.get('a', work.run), { value: 'old', source: 'hit' })
  }
  t.equal(work.count, 1)
  work.at(0).succeed('new')
  await settle()
  t.match(await cache.get('a', work.run), { value: 'new', source: 'hit' })
})

t.test('when the load fails, a value within staleIfErrorMs stands in, and says why', async (t) => {
  const { clock, cache, work } = create({ staleIfErrorMs: 10_000, retryAfterErrorMs: 1_000 })
  await cache.get('a', () => 'old')
  clock.advance(2_000)
  const calls = [cache.get('a', work.run), cache.get('a', work.run)]
  const error = new Error('no')
  work.at(0).fail(error)
  for (const answer of await Promise.all(calls)) {
    t.match(answer, { value: 'old', source: 'stale', freshForMs: -1_000, error })
  }
  // Within retryAfterErrorMs nobody waits for the same failure.
  t.match(await cache.get('a', work.run), { source: 'stale', error })
  t.equal(work.count, 1)
  clock.advance(1_000)
  const next = cache.get('a', work.run)
  t.equal(work.count, 2)
  work.at(1).succeed('new')
  t.match(await next, { value: 'new', source: 'miss' })
})

t.test('past staleIfErrorMs the error comes through, and the value is gone', async (t) => {
  const { clock, cache } = create({ staleIfErrorMs: 10_000 })
  await cache.get('a', () => 'old')
  clock.advance(11_000)
  await t.rejects(
    cache.get('a', () => Promise.reject(new Error('no'))),
    { message: 'no' },
  )
  t.equal(cache.snapshot().entries, 0)
})

t.test('who leaves gets its own reason, not a stale value', async (t) => {
  const { clock, cache, work } = create({ staleIfErrorMs: 10_000 })
  await cache.get('a', () => 'old')
  clock.advance(2_000)
  const caller = new AbortController()
  const call = cache.get('a', work.run, { signal: caller.signal })
  caller.abort(new Error('gone'))
  await t.rejects(call, { message: 'gone' })
})

t.test('errors are not remembered unless asked', async (t) => {
  const { cache } = create()
  let loads = 0
  const fail = () => {
    loads += 1
    throw new Error('no')
  }
  await t.rejects(cache.get('a', fail))
  await t.rejects(cache.get('a', fail))
  t.equal(loads, 2)
})

t.test('with a negative TTL they are, for so long, and by the error if asked', async (t) => {
  const negativeTtlMs = (error: unknown) => ((error as Error).message === 'missing' ? 300 : 0)
  for (const option of [300, negativeTtlMs]) {
    const { clock, cache } = create({ negativeTtlMs: option })
    let loads = 0
    const fail = async () => {
      loads += 1
      throw new Error('missing')
    }
    await t.rejects(cache.get('a', fail), { message: 'missing' })
    clock.advance(299)
    await t.rejects(cache.get('a', fail), { message: 'missing' })
    t.equal(loads, 1)
    t.equal(cache.peek('a'), undefined)
    clock.advance(1)
    t.match(await cache.get('a', () => 'found'), { value: 'found', source: 'miss' })
    t.equal(cache.snapshot().negativeHits, 1)
  }
  const { cache } = create({ negativeTtlMs })
  await t.rejects(cache.get('a', () => Promise.reject(new Error('broken'))))
  t.match(await cache.get('a', () => 'repaired'), { source: 'miss' })
})

t.test('peek takes what may be served, and starts nothing', async (t) => {
  const { clock, cache } = create({ staleMs: 100, staleIfErrorMs: 500 })
  t.equal(cache.peek('a'), undefined)
  await cache.get('a', () => 'value')
  t.match(cache.peek('a'), { value: 'value', source: 'hit' })
  clock.advance(1_300)
  t.match(cache.peek('a'), { value: 'value', source: 'stale', freshForMs: -300 })
  clock.advance(300)
  t.equal(cache.peek('a'), undefined)
  t.match(cache.snapshot(), { refreshes: 0, misses: 1 })
})

t.test('an invalidation during a load keeps its result out', async (t) => {
  const invalidations: ((cache: CachedSingleflight<AbortSignal>) => void)[] = [
    (cache) => cache.invalidate('a'),
    (cache) => cache.invalidateTag('user:1'),
    (cache) => cache.clear(),
  ]
  for (const invalidate of invalidations) {
    const { cache, work } = create()
    const before = cache.get('a', work.run, { tags: ['user:1', 'list'] })
    invalidate(cache)
    const after = cache.get('a', work.run, { tags: ['user:1', 'list'] })
    t.equal(work.count, 2, 'who asks after the invalidation does not join what began before it')
    work.at(1).succeed('new')
    t.match(await after, { value: 'new', source: 'miss' })
    work.at(0).succeed('old')
    t.match(await before, { value: 'old', source: 'miss' })
    t.match(await cache.get('a', work.run), { value: 'new', source: 'hit' })
  }
})

t.test('and so does one during a refresh', async (t) => {
  const { clock, cache, work } = create({ staleMs: 5_000 })
  await cache.get('a', () => 'old', { tags: ['list'] })
  clock.advance(1_000)
  await cache.get('a', work.run)
  cache.invalidateTag('list')
  work.at(0).succeed('stale read')
  await settle()
  t.equal(cache.peek('a'), undefined)
})

t.test('a tag takes out what has it, and nothing else', async (t) => {
  const { cache } = create()
  const tagsOf: Record<string, string[]> = { a: ['x'], b: ['x', 'y'], c: ['y'], d: [] }
  const ask = async () => {
    const asked = Object.entries(tagsOf).map(([key, tags]) =>
      cache.get(key, () => 'value', { tags }),
    )
    return (await Promise.all(asked)).map(({ source }) => source)
  }
  t.same(await ask(), ['miss', 'miss', 'miss', 'miss'])
  cache.invalidateTag('x')
  t.same(await ask(), ['miss', 'miss', 'hit', 'hit'])
  cache.invalidateTag('unknown')
  t.same(await ask(), ['hit', 'hit', 'hit', 'hit'])
})

t.test('tags that the caller changes later are its own; a text is no list of tags', async (t) => {
  const { cache } = create()
  const tags = ['x']
  await cache.get('a', () => 'value', { tags })
  tags[0] = 'y'
  cache.invalidateTag('y')
  t.match(await cache.get('a', () => 'value'), { source: 'hit' })
  const wrong = cache.get('a', () => 'value', { tags: 'x' as never })
  await t.rejects(wrong, { code: 'HG_ERR_OPTION', option: 'tags' })
})

t.test('what was loaded apart, or too late, is served and not kept', async (t) => {
  const { clock, cache, work } = create({ maxFlights: 1, maxAgeMs: 100 })
  const slow = cache.get('slow', work.run)
  const apart = cache.get('apart', work.run)
  work.at(1).succeed('value')
  t.match(await apart, { source: 'miss' })
  t.equal(cache.peek('apart'), undefined)
  clock.advance(100)
  const next = cache.get('slow', work.run)
  work.at(2).succeed('new')
  await next
  work.at(0).succeed('old')
  t.match(await slow, { value: 'old' })
  t.match(cache.peek('slow'), { value: 'new' })
})

t.test('without a key nothing is shared and nothing is kept', async (t) => {
  const { cache, work } = create()
  const calls = [cache.get(undefined, work.run), cache.get(undefined, work.run)]
  t.equal(work.count, 2)
  for (const { succeed } of work.executions) succeed('value')
  await Promise.all(calls)
  t.equal(cache.snapshot().entries, 0)
})

t.test('with copy nobody holds what is kept, or what another got', async (t) => {
  const { cache } = create({ copy: structuredClone })
  const load = async () => ({ list: [1] })
  const answers = await Promise.all([cache.get('a', load), cache.get('a', load)])
  for (const { value } of answers) value.list.push(2)
  t.same((await cache.get('a', load)).value, { list: [1] })
  cache.peek<{ list: number[] }>('a')?.value.list.push(3)
  t.same((await cache.get('a', load)).value, { list: [1] })
})

t.test('what is handed in and throws rejects the call, and is never thrown at it', async (t) => {
  const thrower = (): never => {
    throw new Error('handed in')
  }
  const held = create({ staleMs: 5_000 }, { mayRefresh: thrower })
  await held.cache.get('a', () => 'value')
  held.clock.advance(1_000)
  await t.rejects(
    held.cache.get('a', () => 'value'),
    { message: 'handed in' },
  )
  const copied = create({ copy: thrower })
  for (const _ of ['miss', 'hit']) {
    await t.rejects(
      copied.cache.get('a', () => 'value'),
      { message: 'handed in' },
    )
  }
  for (const option of ['ttlMs', 'sizeOf']) {
    const { cache } = create({ [option]: thrower })
    await t.rejects(
      cache.get('a', () => 'value'),
      { message: 'handed in' },
    )
    t.match(cache.snapshot(), { entries: 0, flights: { flights: 0 } })
  }
  const broken = create({}, { newAbort: thrower })
  await t.rejects(
    broken.cache.get('a', () => 'value'),
    { message: 'handed in' },
  )
})

t.test('maxEntries holds, and what is asked for stays', async (t) => {
  const { cache } = create({ maxEntries: 100 })
  for (let index = 0; index < 1_000; index += 1) {
    await cache.get(index, () => 'value')
    await cache.get(0, () => 'value')
  }
  const { entries, evictions, hits } = cache.snapshot()
  t.same([entries, evictions, hits], [100, 900, 1_000])
})

t.test('maxBytes holds; what is larger than all of it is served and not kept', async (t) => {
  const { cache } = create({ maxBytes: 10_000 })
  for (let index = 0; index < 100; index += 1) await cache.get(index, () => Buffer.alloc(1_000))
  t.ok(cache.snapshot().bytes <= 10_000)
  t.equal(cache.snapshot().entries, 7)
  t.match(await cache.get('large', () => Buffer.alloc(20_000)), { source: 'miss' })
  t.equal(cache.peek('large'), undefined)
  t.equal(cache.snapshot().tooLarge, 1)
})

t.test('a plain Map and an lru-cache both do as a store', async (t) => {
  const stores = [
    new Map<unknown, CacheEntry>(),
    new LRUCache<string, CacheEntry>({
      max: 10,
      maxSize: 1e6,
      sizeCalculation: ({ bytes }) => bytes,
    }),
    new LRUCache<string, CacheEntry>({ max: 1_000 }),
  ]
  for (const store of stores) {
    const { clock, cache } = create({ maxEntries: 50 }, { store })
    for (let index = 0; index < 100; index += 1) await cache.get(`key ${index}`, () => index)
    t.equal(store.size, store instanceof LRUCache && store.max === 10 ? 10 : 50)
    t.match(await cache.get('key 99', () => 0), { value: 99, source: 'hit' })
    t.match(await cache.get('key 0', () => -1), { value: -1, source: 'miss' })
    cache.invalidate('key 99')
    t.match(await cache.get('key 99', () => 1), { value: 1, source: 'miss' })
    clock.advance(2_000)
    t.match(await cache.get('key 99', () => 2), { value: 2, source: 'miss' })
    cache.clear()
    t.equal(store.size, 0)
    t.match(cache.snapshot(), { entries: 0, bytes: 0 })
  }
})
