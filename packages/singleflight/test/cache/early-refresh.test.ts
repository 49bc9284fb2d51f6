import t, { type Test } from 'tap'
import { CachedSingleflight } from '../../src/cache/cached-singleflight.ts'
import { isRefreshDue } from '../../src/cache/early-refresh.ts'
import { settle, watch } from '../controlled-work.ts'
import { ManualClock } from '../manual-clock.ts'
import { seededRandom } from '../seeded-random.ts'

const EULER_GAMMA = 0.577_215_664_901_532_9
const LOAD_MS = 100

/** Always the same, so that a test of chance never fails by chance: three standard errors would, now and then. */
const SEED = 1
const ERRORS = 3

function checkMean(t: Test, samples: readonly number[], expected: Expected): void {
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length
  const margin = (ERRORS * expected.deviation) / Math.sqrt(samples.length) + (expected.bias ?? 0)
  const what = `${expected.name}: ${mean.toFixed(4)}, known ${expected.mean.toFixed(4)} ± ${margin.toFixed(4)}`
  t.comment(what)
  t.ok(Math.abs(mean - expected.mean) <= margin, what)
}

interface Expected {
  readonly name: string
  readonly mean: number
  readonly deviation: number
  /** What a finite rate of reads adds to the asymptotic answer. */
  readonly bias?: number
}

t.test('a read refreshes with probability e^(−t / βΔ)', async (t) => {
  const random = seededRandom(SEED)
  for (const [remainingMs, beta] of [
    [100, 1],
    [250, 1],
    [500, 1],
    [100, 0.5],
    [100, 2],
  ] as const) {
    const probability = Math.exp(-remainingMs / (beta * LOAD_MS))
    const draws = Array.from({ length: 40_000 }, () =>
      Number(isRefreshDue({ remainingMs, loadMs: LOAD_MS, beta }, random)),
    )
    const deviation = Math.sqrt(probability * (1 - probability))
    checkMean(t, draws, { name: `t = ${remainingMs}, β = ${beta}`, mean: probability, deviation })
  }
})

t.test(
  'never without a load time, or with β = 0; nor without a draw far from the end',
  async (t) => {
    const never = (): number => {
      throw new Error('drawn')
    }
    for (const random of [() => 0, () => 0.5, () => Number.NaN]) {
      t.notOk(isRefreshDue({ remainingMs: 1, loadMs: 0, beta: 1 }, random))
      t.notOk(isRefreshDue({ remainingMs: 1, loadMs: 100, beta: 0 }, random))
    }
    t.notOk(isRefreshDue({ remainingMs: 3_700, loadMs: 100, beta: 1 }, never))
    t.notOk(isRefreshDue({ remainingMs: Number.POSITIVE_INFINITY, loadMs: 100, beta: 1 }, never))
    t.ok(isRefreshDue({ remainingMs: 0, loadMs: 100, beta: 1 }, () => 0.999))
  },
)

/** One cycle of one key: Poisson reads by independent readers, each for itself, until the first load is back. */
function runCycle(readsPerLoad: number, beta: number, random: () => number) {
  // Further from the end one cycle in ten thousand would refresh.
  let remainingMs = beta * LOAD_MS * (Math.log(readsPerLoad * beta) + 9)
  let firstMs: number | undefined
  let loads = 0
  for (;;) {
    remainingMs += (LOAD_MS / readsPerLoad) * Math.log(1 - random())
    if (firstMs !== undefined && remainingMs <= firstMs - LOAD_MS) return { loads, leadMs: firstMs }
    const isLoading =
      remainingMs <= 0 || isRefreshDue({ remainingMs, loadMs: LOAD_MS, beta }, random)
    if (!isLoading) continue
    loads += 1
    firstMs ??= remainingMs
  }
}

t.test('without coordination e^(1/β) loads a cycle, and βΔ(ln(λβΔ) + γ) ahead', async (t) => {
  const random = seededRandom(SEED + 1)
  const readsPerLoad = 200
  for (const beta of [0.5, 1, 2]) {
    const cycles = Array.from({ length: 600 }, () => runCycle(readsPerLoad, beta, random))
    const extra = Math.exp(1 / beta) - 1
    checkMean(
      t,
      cycles.map(({ loads }) => loads),
      // One, and a Poisson number whose mean is exponential: its variance is m + m².
      {
        name: `loads, β = ${beta}`,
        mean: 1 + extra,
        deviation: Math.sqrt(extra + extra ** 2),
        bias: 0.02,
      },
    )
    checkMean(
      t,
      cycles.map(({ leadMs }) => leadMs / LOAD_MS),
      {
        name: `lead, β = ${beta}`,
        mean: beta * (Math.log(readsPerLoad * beta) + EULER_GAMMA),
        deviation: (beta * Math.PI) / Math.sqrt(6),
        bias: 0.01,
      },
    )
  }
})

t.test('without any protection 1 + λΔ loads a cycle', async (t) => {
  const random = seededRandom(SEED + 2)
  const cycles = Array.from({ length: 500 }, () => runCycle(40, 1e-9, random).loads)
  checkMean(t, cycles, { name: 'loads', mean: 41, deviation: Math.sqrt(40) })
})

/** The classes themselves: `nodes` processes on one shared store, read at random, until the first load is back. */
async function runSharedCycle(nodes: number, random: () => number): Promise<number> {
  const [clock, store] = [new ManualClock(), new Map()]
  const parts = { clock, random, store, newAbort: () => new AbortController() }
  const caches = Array.from(
    { length: nodes },
    () => new CachedSingleflight(parts, { ttlMs: 60_000, ttlJitterRatio: 0 }),
  )
  let loads = 0
  const load = (): Promise<number> => {
    loads += 1
    return new Promise((resolve) => clock.schedule(LOAD_MS, () => resolve(clock.nowMs())))
  }
  const read = () => caches[Math.floor(random() * nodes)]?.get('a', load)
  const first = read()
  clock.advance(LOAD_MS)
  const { value: storedAtMs } = (await first) ?? { value: Number.NaN }
  clock.advance(60_000 - 10 * LOAD_MS)
  loads = 0
  // Gone while it is loaded, if the end came first.
  const isLoaded = () => store.has('a') && store.get('a')?.value !== storedAtMs
  while (!isLoaded()) {
    clock.advance((-LOAD_MS / 20) * Math.log(1 - random()))
    await settle()
    if (!isLoaded()) watch(Promise.resolve(read()))
  }
  return loads
}

t.test('e^(1/β) loads among processes that share a store, and exactly 1 within one', async (t) => {
  const random = seededRandom(SEED + 3)
  const [shared, alone]: [number[], number[]] = [[], []]
  for (let cycle = 0; cycle < 120; cycle += 1) shared.push(await runSharedCycle(100, random))
  for (let cycle = 0; cycle < 20; cycle += 1) alone.push(await runSharedCycle(1, random))
  const extra = Math.E - 1
  // A process joins its own load: of 100, that hides about one load in fifty.
  const deviation = Math.sqrt(extra + extra ** 2)
  checkMean(t, shared, { name: 'loads of 100 processes', mean: Math.E, deviation, bias: 0.05 })
  t.ok(alone.every((loads) => loads === 1))
})
