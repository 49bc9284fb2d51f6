import t from 'tap'
import { CacheLoader } from '../../src/cache/cache-loader.ts'
import { resolveCacheOptions } from '../../src/cache/cached-singleflight-options.ts'
import { EntryKeeper } from '../../src/cache/entry-keeper.ts'
import { ControlledWork, settle, watch } from '../controlled-work.ts'

function create() {
  const options = resolveCacheOptions({ negativeTtlMs: 1_000 })
  const keeper = new EntryKeeper({ random: () => 0.5, store: new Map() }, options)
  const loader = new CacheLoader<AbortSignal>({ clock: { nowMs: () => 0 }, keeper })
  const { signal } = new AbortController()
  return { keeper, loader, signal, work: new ControlledWork() }
}

t.test('knows the tags of what is in the air, and forgets them however it ends', async (t) => {
  const { loader, signal, work } = create()
  const begin = (key: string, tags: string[]) =>
    watch(
      loader.workOf({ key, load: work.run, tags })(signal, { isCurrent: true }) as Promise<unknown>,
    )
  begin('a', ['x', 'y'])
  begin('b', ['y'])
  begin('c', [])
  t.same(loader.keysWithTag('y'), ['a', 'b'])
  t.same(loader.keysWithTag('x'), ['a'])
  t.same(loader.keysWithTag('z'), [])
  work.at(0).succeed('value')
  work.at(1).fail(new Error('no'))
  await settle()
  t.same(loader.keysWithTag('y'), [])
})

t.test('the end of an old load does not forget the tags of the next', async (t) => {
  const { loader, signal, work } = create()
  for (const _ of [1, 2]) {
    const run = loader.workOf({ key: 'a', load: work.run, tags: ['x'] })
    watch(run(signal, { isCurrent: true }) as Promise<unknown>)
  }
  work.at(0).succeed('old')
  await settle()
  t.same(loader.keysWithTag('x'), ['a'])
})

t.test('only what is current when it ends is kept, a value as well as an error', async (t) => {
  for (const isCurrent of [true, false]) {
    const { keeper, loader, signal, work } = create()
    const flight = { isCurrent: true }
    for (const key of ['value', 'error']) {
      watch(loader.workOf({ key, load: work.run, tags: [] })(signal, flight) as Promise<unknown>)
    }
    flight.isCurrent = isCurrent
    work.at(0).succeed('value')
    work.at(1).fail(new Error('no'))
    await settle()
    t.equal(keeper.find('value') !== undefined, isCurrent)
    t.equal(keeper.find('error') !== undefined, isCurrent)
  }
})
