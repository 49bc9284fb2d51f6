import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { AimdLimit } from '../../src/limit/aimd-limit.ts'
import { FixedLimit } from '../../src/limit/fixed-limit.ts'
import { GradientLimit } from '../../src/limit/gradient-limit.ts'
import { Gradient2Limit } from '../../src/limit/gradient2-limit.ts'
import type { Limit } from '../../src/limit/limit.ts'
import type { Sample } from '../../src/limit/sample.ts'
import { VegasLimit } from '../../src/limit/vegas-limit.ts'
import { WindowedLimit } from '../../src/limit/windowed-limit.ts'

interface Settings {
  readonly initialLimit: number
  readonly minLimit: number
  readonly maxLimit: number
  readonly smoothing: number
}

/** Small intervals, so that short histories reach the probes and close windows. */
const WINDOW = { minWindowMs: 100, maxWindowMs: 100, minLatencyUs: 0 }
const LIMITS: Readonly<Record<string, (settings: Settings) => Limit>> = {
  aimd: (settings) => new AimdLimit(settings),
  vegas: (settings) => new VegasLimit({ ...settings, probeMultiplier: 1 }),
  gradient: (settings) => new GradientLimit({ ...settings, probeInterval: 5 }),
  gradientWide: (settings) => new GradientLimit({ ...settings, queueSize: (limit) => 300 / limit }),
  gradient2: (settings) => new Gradient2Limit(settings),
  windowedVegas: (settings) => {
    return new WindowedLimit(new VegasLimit({ ...settings, probeMultiplier: 1 }), WINDOW)
  },
  windowedGradient2: (settings) => {
    const statistic = { percentile: 0.9, capacity: 20 }
    return new WindowedLimit(new Gradient2Limit(settings), { ...WINDOW, statistic })
  },
}

const settings: fc.Arbitrary<Settings> = fc
  .record({
    minLimit: fc.integer({ min: 1, max: 50 }),
    room: fc.integer({ min: 0, max: 200 }),
    start: fc.double({ min: 0, max: 1, noNaN: true }),
    smoothing: fc.double({ min: 0.01, max: 1, noNaN: true }),
  })
  .map(({ minLimit, room, start, smoothing }) => {
    const initialLimit = minLimit + Math.floor(start * room)
    return { initialLimit, minLimit, maxLimit: minLimit + room, smoothing }
  })

const NONSENSE = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
const ODD = [0, -1, -1e18, 0.3, 1, 2 ** 53, 1e300, Number.MAX_VALUE, -Number.MAX_VALUE]

const honest: fc.Arbitrary<Sample> = fc.record({
  startNs: fc.integer({ min: 0, max: 1e10 }),
  latencyNs: fc.integer({ min: 1, max: 2e8 }),
  inFlight: fc.integer({ min: 1, max: 300 }),
  overloaded: fc.boolean(),
})
/** Samples that no algorithm can learn from. */
const useless: fc.Arbitrary<Sample> = fc.oneof(
  fc.tuple(honest, fc.constantFrom(...NONSENSE)).map(([s, latencyNs]) => ({ ...s, latencyNs })),
  fc.tuple(honest, fc.constantFrom(...NONSENSE)).map(([s, inFlight]) => ({ ...s, inFlight })),
)
const odd: fc.Arbitrary<Sample> = fc.record({
  startNs: fc.constantFrom(...ODD, ...NONSENSE),
  latencyNs: fc.constantFrom(...ODD, ...NONSENSE),
  inFlight: fc.constantFrom(...ODD, ...NONSENSE),
  overloaded: fc.boolean(),
})

const seed = Date.now()
t.comment(`seed ${seed}`)

for (const [name, make] of Object.entries(LIMITS)) {
  t.test(`${name}: is an integer within its bounds for any history`, async (t) => {
    const history = fc.array(fc.oneof(honest, honest, odd), { maxLength: 150, size: 'max' })
    check(
      t,
      fc.property(settings, history, (given, samples) => {
        const limit = make(given)
        const isSound = (): boolean =>
          Number.isSafeInteger(limit.current) &&
          limit.current >= given.minLimit &&
          limit.current <= given.maxLimit
        return (
          limit.current === given.initialLimit &&
          samples.every((sample) => {
            limit.onSample(sample)
            return isSound()
          })
        )
      }),
    )
  })

  t.test(`${name}: is as if samples of no use had never been`, async (t) => {
    const history = fc.array(fc.oneof(honest, honest, useless), { maxLength: 150, size: 'max' })
    check(
      t,
      fc.property(settings, history, (given, samples) => {
        const all = make(given)
        const usable = make(given)
        for (const sample of samples) {
          all.onSample(sample)
          const isUseful = Number.isFinite(sample.latencyNs) && Number.isFinite(sample.inFlight)
          if (isUseful) usable.onSample(sample)
        }
        return JSON.stringify(all.snapshot()) === JSON.stringify(usable.snapshot())
      }),
    )
  })

  t.test(`${name}: its snapshot is plain JSON after any history`, async (t) => {
    const history = fc.array(fc.oneof(honest, odd), { maxLength: 60, size: 'max' })
    check(
      t,
      fc.property(settings, history, (given, samples) => {
        const limit = make(given)
        for (const sample of samples) limit.onSample(sample)
        const snapshot = limit.snapshot()
        // NaN and the infinities would come back as null.
        return isDeepStrictEqual(JSON.parse(JSON.stringify(snapshot)), snapshot)
      }),
    )
  })

  t.test(`${name}: the same history gives the same limit`, async (t) => {
    check(
      t,
      fc.property(settings, fc.array(honest, { maxLength: 100 }), (given, samples) => {
        const [one, other] = [make(given), make(given)]
        for (const sample of samples) {
          one.onSample(sample)
          other.onSample(sample)
        }
        return JSON.stringify(one.snapshot()) === JSON.stringify(other.snapshot())
      }),
    )
  })

  t.test(`${name}: still learns after any nonsense`, async (t) => {
    check(
      t,
      fc.property(fc.array(odd, { maxLength: 30 }), (nonsense) => {
        const limit = make({ initialLimit: 10, minLimit: 5, maxLimit: 40, smoothing: 1 })
        for (const sample of nonsense) limit.onSample(sample)
        // A minute of fast requests brings it up to its maximum, then slow ones bring it down.
        const fast = limitsWhile(limit, { fromMs: 1e6, forMs: 60_000, latencyNs: 1e6 })
        const slow = limitsWhile(limit, { fromMs: 1.06e6, forMs: 20_000, latencyNs: 6e9 })
        return Math.max(...fast) === 40 && Math.min(...slow) < 40
      }),
    )
  })
}

t.test('a fixed limit never moves', async (t) => {
  check(
    t,
    fc.property(fc.integer({ min: 1 }), fc.array(odd), (fixed, samples) => {
      const limit: Limit = new FixedLimit(fixed)
      return samples.every((sample) => {
        limit.onSample(sample)
        return limit.current === fixed
      })
    }),
  )
})

/** The limits that equal, busy requests lead through, one ending every 10 ms. */
function limitsWhile(
  limit: Limit,
  { fromMs, forMs, latencyNs }: { fromMs: number; forMs: number; latencyNs: number },
): number[] {
  const limits: number[] = []
  for (let atMs = fromMs; atMs < fromMs + forMs; atMs += 10) {
    limit.onSample({ startNs: atMs * 1e6 - latencyNs, latencyNs, inFlight: 100, overloaded: false })
    limits.push(limit.current)
  }
  return limits
}

function check(t: Tap, property: fc.IProperty<unknown[]>): void {
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 100 }))
}

type Tap = Pick<typeof import('tap').t, 'doesNotThrow'>
