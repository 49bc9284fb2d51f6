import fc from 'fast-check'
import t, { type Test } from 'tap'
import { ADAPTIVE_LIMIT_DEFAULTS, AdaptiveLimit, type Sample } from '../../src/index.ts'

const MS = 1e6

t.test('starts at 20, within 4 and 1000, and knows nothing', async (t) => {
  t.strictSame(ADAPTIVE_LIMIT_DEFAULTS, { initialLimit: 20, minLimit: 4, maxLimit: 1000 })
  const limit = new AdaptiveLimit()
  t.equal(limit.current, 20)
  t.match(limit.snapshot(), { algorithm: 'adaptive', limit: 20, minLimit: 4, reason: 'initial' })
  t.equal(limit.snapshot().baseMs, 0)
})

t.test('refuses wrong options when it is made', async (t) => {
  const wrong: readonly [unknown, unknown, string][] = [
    [{ minLimit: 0 }, {}, 'minLimit'],
    [{ minLimit: 1.5 }, {}, 'minLimit'],
    [{ minLimit: 10, maxLimit: 9 }, {}, 'maxLimit'],
    [{ initialLimit: 3 }, {}, 'initialLimit'],
    [{ initialLimit: 2000 }, {}, 'initialLimit'],
    [{ initalLimit: 20 }, {}, 'options'],
    [{}, { utilization: 0.5 }, 'utilization'],
    [{}, { utilisation: () => 0.5 }, 'sources'],
  ]
  for (const [options, sources, option] of wrong) {
    t.throws(() => new AdaptiveLimit(options as object, sources as object), {
      code: 'HG_ERR_OPTION',
      option,
    })
  }
})

t.test('a default gives way to a bound that was asked for', async (t) => {
  t.equal(new AdaptiveLimit({ maxLimit: 10 }).current, 10)
  t.equal(new AdaptiveLimit({ minLimit: 30 }).current, 30)
  t.equal(new AdaptiveLimit({ maxLimit: undefined }).current, 20)
})

t.test('stays within its bounds for any history', async (t) => {
  const bounds = fc
    .tuple(fc.integer({ min: 1, max: 50 }), fc.nat(100), fc.nat(100))
    .map(([minLimit, above, room]) => ({
      minLimit,
      initialLimit: minLimit + above,
      maxLimit: minLimit + above + room,
    }))
  checkProperty(
    t,
    fc.property(bounds, fc.array(anyStretch()), (options, stretches) => {
      const limit = new AdaptiveLimit(options, { utilization: anyUtilization() })
      return play(limit, stretches).every(
        ({ after }) =>
          Number.isInteger(after) && after >= options.minLimit && after <= options.maxLimit,
      )
    }),
  )
})

t.test('never comes down while less than a third of it is in use', async (t) => {
  // Never above a third of the least limit, so never above a third of any.
  checkProperty(
    t,
    fc.property(fc.array(anyStretch({ maxInFlight: 6 })), (stretches) => {
      const limit = new AdaptiveLimit({ minLimit: 20 }, { utilization: anyUtilization() })
      return play(limit, stretches).every(({ before, after }) => after === before)
    }),
  )
})

t.test('comes down only when a third of it was in use since it last moved', async (t) => {
  checkProperty(
    t,
    fc.property(fc.array(anyStretch({ maxInFlight: 100 })), (stretches) => {
      const limit = new AdaptiveLimit({}, { utilization: anyUtilization() })
      return play(limit, stretches).every(
        ({ before, after, maxInFlight }) => after > before || maxInFlight * 3 >= before,
      )
    }),
  )
})

t.test('never grows beyond one and a half times what was in flight', async (t) => {
  checkProperty(
    t,
    fc.property(fc.array(anyStretch({ maxInFlight: 40 })), (stretches) => {
      const limit = new AdaptiveLimit({}, { utilization: anyUtilization() })
      return play(limit, stretches).every(({ after }) => after <= 60)
    }),
  )
})

t.test('rubbish teaches nothing and breaks nothing', async (t) => {
  const limit = new AdaptiveLimit()
  const rubbish = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of rubbish) {
    for (const name of ['startNs', 'latencyNs', 'inFlight'] as const) {
      limit.onSample({ ...sampleAt(0), [name]: value })
    }
  }
  feed(limit, { fromMs: 0, count: 400, everyMs: 5, latencyMs: 10, inFlight: limit.current })
  t.ok(limit.current > 20, `${limit.current}`)
  t.ok(Object.values(limit.snapshot()).every((value) => !Number.isNaN(value)))
})

t.test('grows when it is hit and nothing queues', async (t) => {
  const limit = new AdaptiveLimit()
  feed(limit, { fromMs: 0, count: 100, everyMs: 1, latencyMs: 10, inFlight: 10 })
  t.equal(limit.current, 20, 'half in use and short of nothing')
  feed(limit, { fromMs: 100, count: 300, everyMs: 1, latencyMs: 10, inFlight: 20 })
  t.equal(limit.current, 30)
  t.match(limit.snapshot(), { reason: 'grow', baseMs: 10, latencyMs: 10, queued: 0 })
})

t.test('stays where it is for synchronous work: one in flight, whatever is refused', async (t) => {
  const limit = new AdaptiveLimit({}, { utilization: () => 1 })
  for (let round = 0; round < 100; round += 1) {
    for (let i = 0; i < 10; i += 1) limit.onReject()
    feed(limit, { fromMs: round * 100, count: 50, everyMs: 2, latencyMs: 2, inFlight: 1 })
  }
  t.equal(limit.current, 20)
  t.match(limit.snapshot(), { reason: 'unused', utilization: 1 })
})

t.test('backs off by 30 % when a tenth comes too late, but only while it is in use', async (t) => {
  const late = { fromMs: 0, count: 60, everyMs: 5, latencyMs: 1000, overloaded: true }
  const used = new AdaptiveLimit()
  feed(used, { ...late, inFlight: 20 })
  t.equal(used.current, 14)
  t.match(used.snapshot(), { reason: 'overloaded' })
  const unused = new AdaptiveLimit()
  feed(unused, { ...late, inFlight: 6 })
  t.equal(unused.current, 20)
  const halfUsed = new AdaptiveLimit()
  feed(halfUsed, { ...late, inFlight: 10 })
  t.equal(halfUsed.current, 7, 'of what is in flight: more was not tried')
})

t.test('a probe tells a queue from slow work', async (t) => {
  // Served 1 ms apart whatever the limit: the latency is the limit times that. All of it is a queue.
  const queue = new AdaptiveLimit()
  serve(queue, (inFlight) => ({
    latencyMs: Math.max(5, inFlight),
    everyMs: Math.max(1, 5 / inFlight),
  }))
  t.ok(queue.current <= 12, `a pool of five needs few: ${queue.current}`)
  // Served as fast as let in: the latency is the same under any limit. None of it is a queue.
  const slow = new AdaptiveLimit()
  feed(slow, { fromMs: 0, count: 200, everyMs: 1, latencyMs: 5, inFlight: 9 })
  serve(slow, (inFlight) => ({ latencyMs: 50, everyMs: 50 / inFlight }))
  t.ok(slow.current > 100, `nothing queues: ${slow.current}`)
})

t.test('turns back when it came down and throughput came down with it', async (t) => {
  // A base of 0.2 ms from other work, and a limit so far above the pool of 20 that half of it keeps that full too.
  const limit = new AdaptiveLimit({ initialLimit: 60 }, { utilization: () => 0.2 })
  feed(limit, { fromMs: 0, count: 1000, everyMs: 1, latencyMs: 0.2, inFlight: 1 })
  const reasons = new Set<unknown>()
  let least = limit.current
  serve(limit, (inFlight) => {
    reasons.add(limit.snapshot().reason)
    least = Math.min(least, limit.current)
    return { latencyMs: Math.max(10, inFlight / 2), everyMs: Math.max(0.5, 10 / inFlight) }
  })
  t.ok(reasons.has('probe-all-queue') && reasons.has('queueing'), 'the way down began')
  t.ok(reasons.has('doubt') && reasons.has('probe-need'), 'and was found to be a mistake')
  t.ok(limit.current >= 20 && limit.current <= 40, `${limit.current}`)
  t.ok(least >= 7, `${least}`)
  t.match(limit.snapshot(), { baseMs: 10 })
})

t.test('reads the utilisation once a window', async (t) => {
  let reads = 0
  const utilization = (): number => {
    reads += 1
    return Number.NaN
  }
  const limit = new AdaptiveLimit({}, { utilization })
  feed(limit, { fromMs: 0, count: 1000, everyMs: 1, latencyMs: 1, inFlight: 1 })
  t.ok(reads >= 9 && reads <= 10, `${reads}`)
  t.equal(limit.snapshot().utilization, 0, 'what is no number is unknown')
})

interface Stretch {
  readonly count: number
  readonly everyMs: number
  readonly latencyMs: number
  readonly inFlight: number
  readonly overloaded?: boolean
}

function sampleAt(endMs: number, stretch: Partial<Stretch> = {}): Sample {
  const { latencyMs = 1, inFlight = 1, overloaded = false } = stretch
  return { startNs: (endMs - latencyMs) * MS, latencyNs: latencyMs * MS, inFlight, overloaded }
}

function feed(limit: AdaptiveLimit, stretch: Stretch & { readonly fromMs: number }): void {
  for (let i = 0; i < stretch.count; i += 1) {
    limit.onSample(sampleAt(stretch.fromMs + (i + 1) * stretch.everyMs, stretch))
  }
}

/** Ten seconds of a service that always has as many in flight as the limit allows. */
function serve(
  limit: AdaptiveLimit,
  respond: (inFlight: number) => { readonly latencyMs: number; readonly everyMs: number },
): void {
  for (let endMs = 1000; endMs < 11_000; ) {
    const inFlight = limit.current
    const { latencyMs, everyMs } = respond(inFlight)
    endMs += everyMs
    limit.onSample(sampleAt(endMs, { latencyMs, inFlight }))
  }
}

/** Stretches long enough to close windows; single samples would never get that far. */
function anyStretch({ maxInFlight = 2000 } = {}): fc.Arbitrary<Stretch> {
  return fc.record({
    count: fc.integer({ min: 1, max: 300 }),
    everyMs: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 100, noNaN: true })),
    latencyMs: fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 5000, noNaN: true })),
    inFlight: fc.integer({ min: 1, max: maxInFlight }),
    overloaded: fc.boolean(),
  })
}

interface Move {
  readonly before: number
  readonly after: number
  /** The most in flight since the move before. */
  readonly maxInFlight: number
}

/** Every move of the limit over these samples. */
function play(limit: AdaptiveLimit, stretches: readonly Stretch[]): readonly Move[] {
  const moves: Move[] = []
  let endMs = 0
  let maxInFlight = 0
  for (const stretch of stretches) {
    for (let i = 0; i < stretch.count; i += 1) {
      endMs += stretch.everyMs
      const before = limit.current
      maxInFlight = Math.max(maxInFlight, stretch.inFlight)
      limit.onSample(sampleAt(endMs, stretch))
      if (limit.current === before) continue
      moves.push({ before, after: limit.current, maxInFlight })
      maxInFlight = 0
    }
  }
  return moves
}

/** Runs through idle, busy, out of range and broken. */
function anyUtilization(): () => number {
  const values = [0, 0.5, 0.95, 1, 1.5, -1, Number.NaN]
  let next = 0
  return () => values[next++ % values.length] ?? 0
}

function checkProperty(t: Test, property: fc.IProperty<unknown>): void {
  const { failed, seed, counterexample } = fc.check(property, { numRuns: 200 })
  t.notOk(failed, `seed ${seed}: ${fc.stringify(counterexample)}`)
}
