import t from 'tap'
import type { AdmissionOptions } from '../../src/admission/admission-options.ts'
import type { Tier } from '../../src/shed/tier.ts'
import {
  CAPACITY_PER_MS,
  type Fate,
  type Phase,
  percentile,
  SERVICE_MS,
  SimulatedService,
} from './simulated-service.ts'

const SEEDS = [1, 2, 3]
const MIX = { critical: 0.1, important: 0.2, optional: 0.3, opportunistic: 0.4 }
/** Longest wait plus the slots that the wheel may be late. */
const MOST_MS = 100 + 8

for (const seed of SEEDS) {
  for (const factor of [2, 5, 10]) {
    t.test(
      `at ${factor} times its capacity the service serves what it can, seed ${seed}`,
      async (t) => {
        const { fates } = simulate(seed, [{ factor, forMs: 5_000 }])
        const goodput = servedBetween(fates, 500, 5_000) / (4_500 * CAPACITY_PER_MS)
        const waits = fates.filter(isServed).map(({ waitedMs }) => waitedMs)
        const toReject = fates.filter(isRefused).map(({ waitedMs }) => waitedMs)
        t.comment(
          `goodput ${goodput.toFixed(4)}, wait p50 ${ms(waits, 0.5)} p99 ${ms(waits, 0.99)}, ` +
            `time to reject p50 ${ms(toReject, 0.5)} p99 ${ms(toReject, 0.99)}`,
        )
        t.ok(goodput >= 0.98, `goodput ${goodput}`)
        t.ok(highest(waits) <= 100, 'nobody is served after its wait')
        t.ok(percentile(waits, 0.99) <= 100)
        t.ok(highest(toReject) <= MOST_MS, 'nobody is refused later than that')
      },
    )
  }

  t.test(`a room that is too large is cut to what is served soon, seed ${seed}`, async (t) => {
    const { fates } = simulate(seed, [{ factor: 5, forMs: 5_000 }], {
      queue: { maxQueued: 5_000 },
    })
    const goodput = servedBetween(fates, 500, 5_000) / (4_500 * CAPACITY_PER_MS)
    const late = fates.filter(({ arrivedMs }) => arrivedMs > 500)
    const waits = late.filter(isServed).map(({ waitedMs }) => waitedMs)
    const toReject = late.filter(isRefused).map(({ waitedMs }) => waitedMs)
    t.comment(
      `goodput ${goodput.toFixed(4)}, wait p50 ${ms(waits, 0.5)} p99 ${ms(waits, 0.99)}, ` +
        `time to reject p50 ${ms(toReject, 0.5)} p99 ${ms(toReject, 0.99)}`,
    )
    t.ok(goodput >= 0.98, `goodput ${goodput}`)
    t.ok(percentile(waits, 0.99) <= 3 * SERVICE_MS, 'whoever gets in is served soon')
    t.ok(percentile(toReject, 0.99) <= MOST_MS)
  })

  t.test(`hardly anybody is refused after a wait, seed ${seed}`, async (t) => {
    const { fates } = simulate(
      seed,
      [
        { factor: 0.5, forMs: 500 },
        { factor: 2, forMs: 5_000 },
      ],
      { queue: { maxQueued: 1_000 } },
    )
    const waits = fates.filter(isServed).map(({ waitedMs }) => waitedMs)
    const toReject = fates.filter(isRefused).map(({ waitedMs }) => waitedMs)
    const late = toReject.filter((waitedMs) => waitedMs > SERVICE_MS).length
    t.comment(`${late} of ${toReject.length} refused late, wait p99 ${ms(waits, 0.99)}`)
    t.ok(toReject.length > 5_000)
    t.ok(late <= 0.004 * toReject.length, 'what queued before it was known is served')
    t.ok(percentile(waits, 0.99) <= 100)
  })

  t.test(`at 3 times, critical and important do not notice, seed ${seed}`, async (t) => {
    const { fates } = simulate(seed, [{ factor: 3, forMs: 20_000, tiers: MIX }])
    const rates = Object.keys(MIX).map((tier) => [tier, successOf(fates, tier as Tier)] as const)
    t.comment(rates.map(([tier, rate]) => `${tier} ${rate.toFixed(4)}`).join(', '))
    t.ok(successOf(fates, 'critical') >= 0.999)
    t.ok(successOf(fates, 'important') >= 0.999)
    t.ok(successOf(fates, 'opportunistic') < successOf(fates, 'optional'))
    const goodput = servedBetween(fates, 500, 20_000) / (19_500 * CAPACITY_PER_MS)
    t.ok(goodput >= 0.98, `goodput ${goodput}`)
  })

  t.test(`below its capacity nobody is refused, seed ${seed}`, async (t) => {
    const { fates } = simulate(seed, [{ factor: 0.7, forMs: 20_000, tiers: MIX }])
    t.same(fates.filter(isRefused), [])
    t.ok(
      percentile(
        fates.map(({ waitedMs }) => waitedMs),
        0.99,
      ) <= SERVICE_MS,
    )
  })

  t.test(`a short burst is absorbed by the room, seed ${seed}`, async (t) => {
    const { fates } = simulate(seed, [
      { factor: 0.5, forMs: 1_000 },
      { factor: 2, forMs: 20 },
      { factor: 0.5, forMs: 1_000 },
    ])
    t.same(fates.filter(isRefused), [], '40 more than are served meanwhile fit into 64 places')
  })

  t.test(`after an overload the service is itself again at once, seed ${seed}`, async (t) => {
    const { fates, admission } = simulate(seed, [
      { factor: 5, forMs: 5_000, tiers: MIX },
      { factor: 0.7, forMs: 5_000, tiers: MIX },
    ])
    const refused = fates.filter(isRefused).map(({ arrivedMs }) => arrivedMs)
    const lastMs = highest(refused) - 5_000
    t.comment(`last refusal of an arrival ${lastMs.toFixed(1)} ms after the overload's end`)
    t.ok(lastMs <= 250)
    t.equal(admission.snapshot().overloaded, false)
    t.equal(admission.inFlight + admission.queued, 0)
  })
}

t.test('the same seed gives the same fates, another one others', async (t) => {
  const phases = [{ factor: 5, forMs: 500, tiers: MIX }]
  const [one, same, other] = [7, 7, 8].map((seed) => JSON.stringify(simulate(seed, phases).fates))
  t.equal(one, same)
  t.not(one, other)
})

/** Every run ends with an empty house, and each request with one answer. */
function simulate(
  seed: number,
  phases: readonly Phase[],
  options: AdmissionOptions = {},
): SimulatedService {
  const service = new SimulatedService(seed, options)
  service.run(phases)
  t.equal(service.clock.pending, 0, 'no timer is left')
  t.ok(service.fates.every((fate) => isServed(fate) !== isRefused(fate)))
  return service
}

function isServed({ doneMs }: Fate): boolean {
  return !Number.isNaN(doneMs)
}

function isRefused({ reason }: Fate): boolean {
  return reason !== undefined
}

function servedBetween(fates: readonly Fate[], fromMs: number, toMs: number): number {
  return fates.filter(({ doneMs }) => doneMs >= fromMs && doneMs < toMs).length
}

function successOf(fates: readonly Fate[], tier: Tier): number {
  const mine = fates.filter((fate) => fate.tier === tier)
  return mine.filter(isServed).length / mine.length
}

function highest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
}

function ms(values: readonly number[], ratio: number): string {
  return `${percentile(values, ratio).toFixed(1)} ms`
}
