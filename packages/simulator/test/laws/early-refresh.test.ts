/** XFetch among processes that share a store: e^(1/β) loads a cycle, whatever the rate of reads. Within one process: 1. */
import { setImmediate as turn } from 'node:timers/promises'
import { VirtualClock } from '@headgate/core'
import { CachedSingleflight, type CacheStore } from '@headgate/singleflight'
import t from 'tap'
import { seededRandom, startPoissonSource } from '../../src/index.ts'

const LOAD_MS = 100
const TTL_MS = 2_500
/** Always the same: three standard errors would fail by chance now and then. */
const SEED = 11
const ERRORS = 3

t.setTimeout(240_000)

interface Fleet {
  readonly processes: number
  readonly beta: number
  readonly readsPerLoad: number
  readonly cycles: number
}

/** Loads for each cycle of one key: those that begin before the first of them is back are of its cycle. */
async function loadsOfCycles(fleet: Fleet): Promise<number[]> {
  const { processes, beta, readsPerLoad, cycles } = fleet
  const clock = new VirtualClock()
  const store: CacheStore = new Map()
  const parts = { clock, store, random: seededRandom(SEED), newAbort: () => new AbortController() }
  const options = { ttlMs: TTL_MS, ttlJitterRatio: 0, earlyRefreshBeta: beta }
  const caches = Array.from({ length: processes }, () => new CachedSingleflight(parts, options))
  const loads: number[] = []
  let [inFlight, isStored, isSettling] = [0, true, false]
  const load = (): Promise<number> => {
    if (isStored && inFlight === 0) loads.push(0)
    isStored = false
    loads[loads.length - 1] = (loads.at(-1) as number) + 1
    inFlight += 1
    return new Promise((resolve) => {
      clock.schedule(LOAD_MS, () => {
        inFlight -= 1
        isStored = true
        isSettling = true
        resolve(inFlight)
      })
    })
  }
  const pick = seededRandom(SEED + 1)
  const phases = [{ fromMs: 0, perSecond: (1_000 * readsPerLoad) / LOAD_MS }]
  const endMs = 2 * cycles * TTL_MS
  startPoissonSource({ clock, random: seededRandom(SEED + 2) }, { phases, endMs }, () => {
    void caches[Math.floor(pick() * processes)]?.get('key', load)
  })
  while (loads.length <= cycles + 1 && clock.step()) {
    // Only what has been loaded takes promises to be kept.
    if (isSettling) await turn()
    isSettling = false
  }
  // The first cycle begins cold, where everybody loads, and the last one is cut off.
  return loads.slice(1, cycles + 1)
}

for (const [beta, readsPerLoad] of [
  [0.5, 50],
  [1, 50],
  [1, 120],
  [2, 50],
] as const) {
  const expected = Math.exp(1 / beta)
  t.test(
    `β = ${beta}, ${readsPerLoad} reads a load: ${expected.toFixed(3)} loads a cycle`,
    async (t) => {
      const cycles = 150
      const loads = await loadsOfCycles({ processes: 1_000, beta, readsPerLoad, cycles })
      const mean = loads.reduce((sum, each) => sum + each, 0) / loads.length
      // One, and a Poisson number whose mean is exponential: its variance is m + m².
      const extra = expected - 1
      const margin = ERRORS * Math.sqrt((extra + extra ** 2) / cycles)
      t.comment(`${mean.toFixed(3)} ± ${margin.toFixed(3)}`)
      t.equal(loads.length, cycles)
      t.ok(Math.abs(mean - expected) <= margin + 0.03, `${mean}`)
    },
  )
}

t.test('one process: its reads join the load, which is 1', async (t) => {
  const loads = await loadsOfCycles({ processes: 1, beta: 1, readsPerLoad: 100, cycles: 50 })
  t.ok(loads.length === 50 && loads.every((each) => each === 1))
})
