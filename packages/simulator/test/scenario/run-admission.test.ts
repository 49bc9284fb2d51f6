import { createHash } from 'node:crypto'
import { AdaptiveLimit, FixedLimit, TIERS } from '@headgate/core'
import fc from 'fast-check'
import t from 'tap'
import {
  type AdmissionScenario,
  anyTenant,
  backoffRetry,
  burstRate,
  constant,
  exponential,
  lognormal,
  naiveRetry,
  type Population,
  runAdmission,
  Station,
  steadyRate,
} from '../../src/index.ts'

/** All that a scenario can have, at once. */
const EVERYTHING: AdmissionScenario = {
  name: 'everything',
  about: 'open and closed loops, bursts, retries, tenants, tiers, deadlines, stalls, new options',
  endMs: 4_000,
  makeLimit: () => new AdaptiveLimit(),
  populations: [
    {
      name: 'open',
      load: burstRate(200, { perSecond: 2_000, fromMs: 1_000, toMs: 2_000 }),
      work: exponential(10),
      tenant: anyTenant('open', 5),
      patienceMs: 80,
      retry: naiveRetry(3),
    },
    {
      name: 'closed',
      load: { kind: 'closed', clients: 30, think: exponential(50) },
      work: lognormal(10, 0.5),
      tier: 'critical',
      deadlineMs: 60,
      isLeavingSeen: false,
      patienceMs: 60,
      retry: { ...backoffRetry(3, 20), budgetRatio: 0.2 },
    },
    { name: 'batch', load: steadyRate(200), work: constant(20), tier: 'opportunistic' },
  ],
  build: (clock) => new Station(clock, 8),
  stalls: [{ atMs: 2_500, forMs: 300 }],
  events: [{ atMs: 3_000, happen: (admission) => admission.update({ queue: { maxWaitMs: 20 } }) }],
}

t.test('the same seed writes the same bytes, another seed others', async (t) => {
  const [first = '', again, other] = [1, 1, 2].map((seed) => traceOf(EVERYTHING, seed))
  t.equal(again, first)
  t.not(other, first)
  const whats = new Set(first.split('\n').map((line) => /"what":"(\w+)"/.exec(line)?.[1]))
  for (const what of ['offer', 'start', 'refuse', 'leave', 'serve', 'call', 'limit']) {
    t.ok(whats.has(what), `a line for ${what}`)
  }
  const sha256 = createHash('sha256').update(first).digest('hex')
  t.comment(`${first.length} bytes, sha256 ${sha256}`)
})

t.test('every line of the trace is JSON, in the order of time', async (t) => {
  const lines = traceOf(EVERYTHING, 3).trimEnd().split('\n')
  const times = lines.map((line) => (JSON.parse(line) as { atMs: number }).atMs)
  t.strictSame(
    times,
    times.toSorted((a, b) => a - b),
  )
})

t.test('nothing is lost, doubled, late or idle, whatever happens', async (t) => {
  // Only what is judged makes a run: each part is drawn, as well as whether it is there at all.
  const property = fc.property(anyScenario(), fc.nat(), (scenario, seed) => {
    const { problems } = runAdmission(scenario, { seed })
    if (problems.length > 0) throw new Error(problems.join('; '))
    return true
  })
  const { failed, seed, counterexample, errorInstance } = fc.check(property, { numRuns: 150 })
  t.notOk(failed, `seed ${seed}: ${errorInstance} ${fc.stringify(counterexample)}`)
})

t.test('an open loop comes as often as it should, a closed one as often as it can', async (t) => {
  const { calls, problems } = runAdmission(
    {
      name: 'rates',
      about: 'two populations that do not meet a bound',
      endMs: 100_000,
      makeLimit: () => new FixedLimit(1_000),
      populations: [
        { name: 'open', load: steadyRate(100), work: constant(10) },
        {
          name: 'closed',
          load: { kind: 'closed', clients: 5, think: constant(40) },
          work: constant(10),
        },
      ],
    },
    { seed: 4 },
  )
  t.strictSame(problems, [])
  const count = (name: string): number =>
    calls.filter(({ population }) => population.name === name).length
  // Poisson: the standard deviation is the root of the mean; five of them.
  t.ok(Math.abs(count('open') - 10_000) < 500, `${count('open')}`)
  // Five clients, each 50 ms a turn, the first turn begun somewhere in it.
  t.ok(Math.abs(count('closed') - 10_000) <= 5, `${count('closed')}`)
  t.ok(calls.every(({ isGood, latencyMs }) => isGood && Math.abs(latencyMs - 10) < 1e-6))
})

function traceOf(scenario: AdmissionScenario, seed: number): string {
  const lines: string[] = []
  const { problems } = runAdmission(scenario, {
    seed,
    write: (line) => void lines.push(line),
    promises: { maxWaitMs: 100 },
  })
  t.strictSame(problems, [])
  return lines.join('')
}

function anyScenario(): fc.Arbitrary<AdmissionScenario> {
  const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
    fc.option(value, { nil: undefined })
  const population = fc.record({
    isOpen: fc.boolean(),
    many: fc.integer({ min: 1, max: 40 }),
    workMs: fc.integer({ min: 1, max: 40 }),
    tenants: maybe(fc.integer({ min: 1, max: 10 })),
    tier: maybe(fc.constantFrom(...TIERS)),
    deadlineMs: maybe(fc.integer({ min: 1, max: 200 })),
    patienceMs: maybe(fc.integer({ min: 1, max: 200 })),
    isLeavingSeen: fc.boolean(),
    tries: fc.integer({ min: 1, max: 3 }),
  })
  const options = fc.record({
    queue: fc.oneof(
      fc.constant(false as const),
      fc.record({
        maxQueued: maybe(fc.integer({ min: 1, max: 50 })),
        maxWaitMs: fc.integer({ min: 1, max: 200 }),
        order: fc.constantFrom('auto', 'fifo', 'lifo'),
      }),
    ),
  })
  const stall = fc.record({ atMs: fc.nat(900), forMs: fc.nat(300) })
  return fc
    .record({
      limit: fc.integer({ min: 1, max: 10 }),
      options,
      populations: fc.array(population, { minLength: 1, maxLength: 4 }),
      stalls: fc.array(stall, { maxLength: 2 }),
    })
    .map(({ limit, populations, ...rest }) => ({
      ...rest,
      name: 'any',
      about: 'drawn',
      endMs: 1_000,
      makeLimit: () => new FixedLimit(limit),
      populations: populations.map(toPopulation),
    }))
}

function toPopulation(
  drawn: {
    readonly isOpen: boolean
    readonly many: number
    readonly workMs: number
    readonly tenants: number | undefined
    readonly tries: number
  } & { readonly [name in 'deadlineMs' | 'patienceMs']: number | undefined },
  index: number,
): Population {
  const { isOpen, many, workMs, tenants, tries, ...rest } = drawn
  const defined = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== undefined),
  ) as Partial<Population>
  return {
    ...defined,
    name: `p${index}`,
    load: isOpen
      ? steadyRate(many * 20)
      : { kind: 'closed', clients: many, think: exponential(30) },
    work: exponential(workMs),
    ...(tenants === undefined ? {} : { tenant: anyTenant(`t${index}`, tenants) }),
    retry: naiveRetry(tries),
  }
}
