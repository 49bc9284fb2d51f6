import { createCache } from 'async-cache-dedupe'
import { LRUCache } from 'lru-cache'
import type { CacheEntry } from '../src/cache/cache-entry.ts'
import type { CacheStore } from '../src/cache/cache-store.ts'
import { CachedSingleflight } from '../src/cache/cached-singleflight.ts'
import { Singleflight } from '../src/flight/singleflight.ts'
import type { Clock } from '../src/time/clock.ts'
import { type Case, formatTable, measureAll } from './measure.ts'

const clock: Clock = { nowMs: () => performance.now(), schedule: () => () => {} }
const newAbort = () => new AbortController()
const parts = { clock, random: Math.random, newAbort }
const work = async (): Promise<number> => 1
/** How many join one flight in the cases of followers. */
const FOLLOWERS = 100

process.stdout.write(`Node ${process.version}, ${process.arch}\n\n`)
await report('alone: a call that finds nothing in the air', [
  bareMap(),
  leader('Singleflight.run', {}),
  leader('… with a caller’s signal', { hasSignal: true }),
  leader('… its AbortController without a constructor', { isCheap: true }),
  dedupeMiss(),
  { name: 'new AbortController() alone, signal read', run: repeat(() => newAbort().signal) },
])
await report(`a join, ${FOLLOWERS} to one flight`, [
  bareMapJoin(),
  join('Singleflight.run', false),
  join('… with a caller’s signal', true),
  lruJoin(),
])
await report('a hit', [
  lruGet(),
  await cacheHit('CachedSingleflight.get', undefined),
  await cacheHit(
    '… with lru-cache as the store',
    new LRUCache<string, CacheEntry>({ max: 10_000 }),
  ),
  await lruFetch(),
  await dedupeHit(),
])
await report('a miss, another key each time, 1,000 kept', [
  cacheMiss('CachedSingleflight.get'),
  cacheMiss('… sizes told, not estimated', () => 100),
  lruMiss(),
])
if (globalThis.gc !== undefined) process.stdout.write(await formatMemory())

async function report(title: string, cases: readonly Case[]): Promise<void> {
  process.stdout.write(formatTable(title, await measureAll(cases)))
}

function repeat(step: () => unknown): Case['run'] {
  return async (times) => {
    for (let count = 0; count < times; count += 1) await step()
  }
}

function bareMap(): Case {
  const flights = new Map<string, Promise<number>>()
  const run = (): Promise<number> => {
    const found = flights.get('a')
    if (found !== undefined) return found
    const started = work().finally(() => flights.delete('a'))
    flights.set('a', started)
    return started
  }
  return { name: 'a bare Map of promises', run: repeat(run) }
}

function leader(name: string, { hasSignal = false, isCheap = false }): Case {
  const cheap = { signal: undefined, abort: () => {} }
  const flights = new Singleflight({ clock, newAbort: isCheap ? () => cheap : newAbort })
  const { signal } = new AbortController()
  const options = hasSignal ? { signal } : {}
  return { name, run: repeat(() => flights.run('a', work, options)) }
}

function dedupeMiss(): Case {
  const cache = createCache({ ttl: 0 }).define('work', (_: string) => work())
  return { name: 'async-cache-dedupe, ttl 0', run: repeat(() => cache.work('a')) }
}

/** Cost of a join, the one start among a hundred of them included. */
function joins(start: (key: number, held: Promise<number>) => Promise<number>): Case['run'] {
  return async (times) => {
    for (let group = 0; group < times / FOLLOWERS; group += 1) {
      let release = (_: number): void => {}
      const held = new Promise<number>((resolve) => {
        release = resolve
      })
      const calls = Array.from({ length: FOLLOWERS }, () => start(group, held))
      release(1)
      await Promise.all(calls)
    }
  }
}

function bareMapJoin(): Case {
  const flights = new Map<number, Promise<number>>()
  const run = joins((key, held) => {
    const found = flights.get(key)
    if (found !== undefined) return found
    const started = held.finally(() => flights.delete(key))
    flights.set(key, started)
    return started
  })
  return { name: 'a bare Map of promises', run }
}

function join(name: string, hasSignal: boolean): Case {
  const flights = new Singleflight({ clock, newAbort })
  // A signal for each who waits at the same time, made before: what is measured is listening to it.
  const signals = Array.from({ length: FOLLOWERS }, () => newAbort().signal)
  let next = 0
  const run = joins((key, held) => {
    next = (next + 1) % FOLLOWERS
    const options = hasSignal ? { signal: signals[next] } : {}
    return flights.run(key, () => held, options)
  })
  return { name, run }
}

function lruJoin(): Case {
  const cache = new LRUCache<number, number, Promise<number>>({
    max: 100,
    fetchMethod: (_key, _stale, { context }) => context,
  })
  const run = joins((key, held) => cache.fetch(key, { context: held }) as Promise<number>)
  return { name: 'lru-cache fetch', run }
}

function lruGet(): Case {
  const cache = new LRUCache<string, number>({ max: 10_000, ttl: 1e9 })
  cache.set('a', 1)
  return { name: 'lru-cache get, awaited', run: repeat(() => cache.get('a')) }
}

async function cacheHit(name: string, store: CacheStore | undefined): Promise<Case> {
  const cache = new CachedSingleflight({ ...parts, store }, { ttlMs: 1e9 })
  await cache.get('a', work)
  return { name, run: repeat(() => cache.get('a', work)) }
}

async function lruFetch(): Promise<Case> {
  const cache = new LRUCache<string, number>({ max: 10_000, ttl: 1e9, fetchMethod: work })
  await cache.fetch('a')
  return { name: 'lru-cache fetch', run: repeat(() => cache.fetch('a')) }
}

async function dedupeHit(): Promise<Case> {
  const cache = createCache({ ttl: 1_000_000, storage: { type: 'memory' } }).define(
    'work',
    (_: string) => work(),
  )
  await cache.work('a')
  return { name: 'async-cache-dedupe', run: repeat(() => cache.work('a')) }
}

function cacheMiss(name: string, sizeOf?: () => number): Case {
  const cache = new CachedSingleflight(parts, { maxEntries: 1_000, sizeOf })
  let key = 0
  return { name, run: repeat(() => cache.get(key++, work)) }
}

function lruMiss(): Case {
  const cache = new LRUCache<number, number>({ max: 1_000, ttl: 10_000, fetchMethod: work })
  let key = 0
  return { name: 'lru-cache fetch', run: repeat(() => cache.fetch(key++)) }
}

/** Heap for each entry, the values (small numbers) and keys (texts of 10 characters) included. */
async function formatMemory(): Promise<string> {
  const asked = 1_000_000
  const [kept, room] = [100_000, 50_000]
  const key = (index: number): string => `key:${String(index).padStart(6, '0')}`
  const cache = new CachedSingleflight(parts, { maxEntries: kept, maxBytes: 1e9 })
  const bytesEach = await heapGrowth(async () => {
    for (let index = 0; index < kept; index += 1) await cache.get(key(index), work)
  })
  const bounded = new CachedSingleflight(parts, { maxEntries: room })
  for (let index = 0; index < room; index += 1) await bounded.get(key(index), work)
  const growth = await heapGrowth(async () => {
    for (let index = room; index < asked; index += 1) await bounded.get(key(index), work)
  })
  const waiting = 100_000
  const flights = new Singleflight({ clock, newAbort }, { maxFollowers: waiting })
  const held: Promise<unknown>[] = []
  const bytesWaiting = await heapGrowth(async () => {
    for (let count = 0; count < waiting; count += 1) {
      held.push(flights.run('a', () => new Promise(() => {})))
    }
  })
  return [
    `an entry: ${(bytesEach / kept).toFixed(0)} bytes of heap, ${(cache.snapshot().bytes / kept).toFixed(0)} counted`,
    `a million keys through a room of ${room}: ${(growth / 2 ** 20).toFixed(1)} MiB more than when it was full`,
    `a follower: ${(bytesWaiting / waiting).toFixed(0)} bytes of heap while it waits (${held.length} of them)\n`,
  ].join('\n')
}

async function heapGrowth(act: () => Promise<void>): Promise<number> {
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  await act()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed - before
}
