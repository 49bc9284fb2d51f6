import fc from 'fast-check'
import t from 'tap'
import { Harness } from '../admission/admission-harness.ts'

const seed = Number(process.env.SEED ?? Date.now())
t.comment(`seed ${seed}`)

/** Width of a bucket of the calendar: within it, turns are by arrival. */
const BUCKET = 1
const MAX_COST = 3
/** More than can start at once, or a flow would run out of waiters. */
const BACKLOG = 20

interface Given {
  readonly weights: readonly number[]
  readonly costs: readonly number[]
  readonly limit: number
}

const limit = fc.integer({ min: MAX_COST, max: 8 })

/** Tenants have weights, and caps that a wide request may meet; routes have neither. */
const tenants: fc.Arbitrary<Given> = fc.record({
  weights: fc.array(fc.constantFrom(0.25, 0.5, 1, 2, 3, 8), { minLength: 2, maxLength: 6 }),
  costs: fc.constant([1]),
  limit,
})
const routes: fc.Arbitrary<Given> = fc.record({
  weights: fc.integer({ min: 2, max: 6 }).map((flows) => new Array<number>(flows).fill(1)),
  costs: fc.array(fc.integer({ min: 1, max: MAX_COST }), { minLength: 5, maxLength: 40 }),
  limit,
})

/** Flows that have something waiting at every moment; `served` is what each has started, in cost. */
class Backlogged {
  readonly served: number[]
  readonly #harness: Harness
  readonly #costs: readonly number[]
  readonly #isWeighted: boolean
  #next = 0

  constructor({ weights, costs, limit }: Given) {
    this.served = weights.map(() => 0)
    this.#costs = costs
    this.#isWeighted = weights.some((weight) => weight !== 1)
    this.#harness = new Harness({
      limit,
      queue: { maxQueued: 1_000, maxQueuedPerTenant: 1_000, order: 'fifo' },
      shedAt: { important: 1, optional: 1, opportunistic: 1 },
      tenants: {
        chargeBy: 'cost',
        maxInFlightRatio: 1,
        weight: (tenant) => weights[Number(tenant)] as number,
      },
      maxCost: MAX_COST,
    })
    // Until everybody waits nobody is served, or the first would have had more than a share.
    const holders = this.#harness.offerMany(limit, { flow: 'before', tier: 'critical' })
    weights.forEach((_, flow) => {
      for (let count = 0; count < BACKLOG; count += 1) this.#offer(flow)
    })
    for (const holder of holders) holder.release()
  }

  /** The work that has run longest ends, and what starts instead is made up for by more that waits. */
  turn(): void {
    this.#running.shift()?.release()
    for (const flow of this.#started.splice(0)) this.#offer(flow)
  }

  readonly #running: { release(): void }[] = []
  readonly #started: number[] = []

  #offer(flow: number): void {
    const cost = this.#costs[this.#next % this.#costs.length] as number
    this.#next += 1
    const onAdmit = (guest: { release(): void }): void => {
      ;(this.served[flow] as number) += cost
      this.#running.push(guest)
      this.#started.push(flow)
    }
    const name = this.#isWeighted ? { tenant: String(flow) } : { flow: String(flow) }
    this.#harness.offer({ ...name, cost }, { onAdmit })
  }
}

for (const [what, given] of [
  ['tenants with weights', tenants],
  ['routes with costs', routes],
] as const) {
  t.test(`${what}: nobody is ahead by more than the bound of fair queueing`, async (t) => {
    let worst = 0
    const property = fc.property(given, (given) => {
      worst = Math.max(worst, worstOf(given))
    })
    t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 200 }))
    t.comment(`worst: ${worst.toFixed(3)} of the bound`)
    t.ok(worst > 0.3, 'and the bound is not so wide that it says nothing')
  })
}

/** How far one of two flows comes ahead of the other, over any stretch of time, against the bound. */
function worstOf(given: Given): number {
  const { weights, costs } = given
  const maxCost = Math.max(...costs)
  const flows = new Backlogged(given)
  const spans = weights.map(() => weights.map(() => ({ least: 0, most: 0 })))
  let worst = 0
  for (let turn = 0; turn < 200; turn += 1) {
    flows.turn()
    weights.forEach((weight, one) => {
      weights.forEach((otherWeight, other) => {
        const served = flows.served[one] as number
        const ahead = served / weight - (flows.served[other] as number) / otherWeight
        const span = spans[one]?.[other] as { least: number; most: number }
        span.least = Math.min(span.least, ahead)
        span.most = Math.max(span.most, ahead)
        const bound = maxCost / weight + maxCost / otherWeight + 2 * BUCKET
        worst = Math.max(worst, (span.most - span.least) / bound)
        if (worst > 1 + 1e-9) throw new Error(`I9: ${one} and ${other}: ${worst} of the bound`)
      })
    })
  }
  if (flows.served.some((served) => served === 0)) throw new Error('I9: one was never served')
  return worst
}
