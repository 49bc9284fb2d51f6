import t from 'tap'
import { CachedSingleflight } from '../../src/cache/cached-singleflight.ts'
import { resolveCacheOptions } from '../../src/cache/cached-singleflight-options.ts'

const parts = {
  clock: { nowMs: () => 0, schedule: () => () => {} },
  random: () => 0.5,
  newAbort: () => new AbortController(),
}

function complaint(...given: unknown[]): string | undefined {
  try {
    new CachedSingleflight(...(given as ConstructorParameters<typeof CachedSingleflight>))
  } catch (error) {
    const { code, option } = error as { code: string; option: string }
    if (code !== 'HG_ERR_OPTION') throw error
    return option
  }
  return undefined
}

t.test('without options the documented defaults hold; undefined means the default', async (t) => {
  const expected = {
    maxFlights: 10_000,
    maxFollowers: 10_000,
    maxAgeMs: 5_000,
    ttlMs: 10_000,
    ttlJitterRatio: 0.1,
    staleMs: 0,
    staleIfErrorMs: 0,
    negativeTtlMs: 0,
    retryAfterErrorMs: 1_000,
    earlyRefreshBeta: 1,
    maxEntries: 10_000,
    maxBytes: 67_108_864,
  }
  t.match(resolveCacheOptions({}), expected)
  t.match(resolveCacheOptions({ ttlMs: undefined, sizeOf: undefined }), expected)
})

t.test('every wrong option throws while constructing, and is named', async (t) => {
  const never = [-1, Number.NaN, Number.POSITIVE_INFINITY, '1', null, {}, 1n]
  const times = ['staleMs', 'staleIfErrorMs', 'retryAfterErrorMs', 'earlyRefreshBeta']
  for (const option of ['ttlMs', 'negativeTtlMs', ...times]) {
    for (const bad of never) t.equal(complaint(parts, { [option]: bad }), option)
    for (const good of [0, 0.5]) t.equal(complaint(parts, { [option]: good }), undefined)
  }
  for (const option of times) t.equal(complaint(parts, { [option]: () => 1 }), option)
  for (const option of ['maxEntries', 'maxBytes', 'maxFlights', 'maxFollowers']) {
    for (const bad of [...never, 0, 0.5]) t.equal(complaint(parts, { [option]: bad }), option)
  }
  for (const bad of [...never, 0]) t.equal(complaint(parts, { maxAgeMs: bad }), 'maxAgeMs')
  for (const bad of [...never, 1]) {
    t.equal(complaint(parts, { ttlJitterRatio: bad }), 'ttlJitterRatio')
  }
  for (const option of ['sizeOf', 'copy', 'onRefreshError']) {
    t.equal(complaint(parts, { [option]: 1 }), option)
  }
  t.equal(complaint(parts, { ttl: 1 }), 'options')
  t.equal(complaint(parts, null), 'options')
})

t.test('so does what is handed in', async (t) => {
  t.equal(complaint(parts, {}), undefined)
  t.equal(complaint(undefined), 'dependencies')
  t.equal(complaint({ ...parts, redis: {} }), 'dependencies')
  t.equal(complaint({ ...parts, clock: { nowMs: () => 0 } }), 'dependencies.clock')
  t.equal(complaint({ ...parts, random: 0.5 }), 'dependencies.random')
  t.equal(complaint({ ...parts, newAbort: undefined }), 'dependencies.newAbort')
  t.equal(complaint({ ...parts, mayRefresh: true }), 'dependencies.mayRefresh')
  for (const store of [{}, null, new WeakMap()]) {
    t.equal(complaint({ ...parts, store }), 'dependencies.store')
  }
})
