import fc from 'fast-check'
import type { AdmissionOptions, QueueOrder } from '../../src/admission/admission-options.ts'
import type { Outcome } from '../../src/admission/permit.ts'
import { TIERS, type Tier } from '../../src/shed/tier.ts'

/** Who a request says it is from: at most one of the three is given. */
export interface Names {
  readonly tenant?: string
  readonly anonymous?: string
  readonly flow?: string
}

export type FairCommand =
  | {
      readonly do: 'offer'
      readonly tier: Tier
      readonly names: Names
      readonly cost: number
      readonly deadlineMs: number | undefined
    }
  | { readonly do: 'release'; readonly which: number; readonly outcome: Outcome }
  | { readonly do: 'cancel'; readonly which: number }
  | { readonly do: 'advance'; readonly byMs: number }
  /** With the next sample, as limits do; or with the options, which are looked at anew then. */
  | { readonly do: 'setLimit'; readonly to: number; readonly bySample: boolean }
  | { readonly do: 'setQueue'; readonly queue: FairQueueOptions }
  | { readonly do: 'setWeights'; readonly weights: readonly number[] }
  | { readonly do: 'setPressure'; readonly level: number; readonly isHard: boolean }
  | { readonly do: 'drain' }
  | { readonly do: 'close' }

export interface FairQueueOptions {
  readonly maxQueued: number
  readonly maxQueuedPerTenant: number
  readonly maxWaitMs: number
}

export interface FairOptions {
  readonly order: QueueOrder
  readonly limit: number
  readonly queue: FairQueueOptions
  readonly maxInFlightRatio: number
  readonly maxCost: number | undefined
  readonly chargeBy: 'slot-time' | 'cost'
  readonly shedAt: {
    readonly important: number
    readonly optional: number
    readonly opportunistic: number
  }
  /** Of the tenants t0 to t3. Powers of two, so that sums of them are exact in any order. */
  readonly weights: readonly number[]
}

const weights = fc.constantFrom([1, 1, 1, 1], [1, 2, 4, 8], [0.25, 1, 1, 4])

const queue: fc.Arbitrary<FairQueueOptions> = fc.record({
  maxQueued: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 10, max: 40 })),
  maxQueuedPerTenant: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constant(100)),
  maxWaitMs: fc.constantFrom(5, 100, 300),
})

export function fairOptions(...orders: QueueOrder[]): fc.Arbitrary<FairOptions> {
  return fc.record({
    order: fc.constantFrom(...orders),
    limit: fc.integer({ min: 1, max: 6 }),
    queue,
    maxInFlightRatio: fc.constantFrom(0.2, 0.5, 1),
    maxCost: fc.constantFrom(undefined, 1, 3, 10),
    chargeBy: fc.constantFrom('slot-time', 'cost'),
    shedAt: fc.constantFrom(
      { important: 0.8, optional: 0.5, opportunistic: 0.2 },
      { important: 1, optional: 1, opportunistic: 1 },
    ),
    weights,
  })
}

/** The options as an admission takes them. */
export function admissionOptionsOf(it: FairOptions): AdmissionOptions {
  const { order, queue, maxInFlightRatio, maxCost, chargeBy, shedAt, weights } = it
  const weight = (tenant: string): number => weights[Number(tenant.slice(1))] ?? 1
  const tenants = { maxInFlightRatio, chargeBy, weight }
  return { queue: { ...queue, order }, tenants, maxCost, shedAt }
}

const tenant = fc.constantFrom('t0', 't1', 't2', 't3')
const names: fc.Arbitrary<Names> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ tenant }) },
  { weight: 4, arbitrary: fc.record({ flow: fc.constantFrom('GET /a', 'GET /b') }) },
  { weight: 1, arbitrary: fc.constantFrom<Names>({ anonymous: 'x' }, {}, { tenant: '' }) },
)
const tier = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Tier>('important') },
  { weight: 2, arbitrary: fc.constantFrom(...TIERS) },
)
const cost = fc.oneof(
  { weight: 8, arbitrary: fc.constant(1) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom(-1, 0.5, 1.5, Number.NaN, 1e18) },
)
const byMs = fc.oneof(
  fc.constantFrom(0, 1, 4, 50, 101),
  fc.double({ min: 0, max: 60, noNaN: true }),
)

/** Enough offers to fill the room, and enough of the rest to empty it again. */
export const fairCommands: fc.Arbitrary<FairCommand[]> = fc.array(
  fc.oneof(
    {
      weight: 180,
      arbitrary: fc.record({
        do: doing('offer'),
        tier,
        names,
        cost,
        deadlineMs: fc.constantFrom(undefined, undefined, undefined, undefined, 20, 99, -1),
      }),
    },
    {
      weight: 90,
      arbitrary: fc.record({
        do: doing('release'),
        which: fc.nat(),
        outcome: fc.constantFrom<Outcome>('success', 'success', 'overload', 'ignore'),
      }),
    },
    { weight: 24, arbitrary: fc.record({ do: doing('cancel'), which: fc.nat() }) },
    { weight: 60, arbitrary: fc.record({ do: doing('advance'), byMs }) },
    {
      weight: 18,
      arbitrary: fc.record({
        do: doing('setLimit'),
        to: fc.integer({ min: 1, max: 8 }),
        bySample: fc.boolean(),
      }),
    },
    { weight: 6, arbitrary: fc.record({ do: doing('setQueue'), queue }) },
    { weight: 6, arbitrary: fc.record({ do: doing('setWeights'), weights }) },
    {
      weight: 6,
      arbitrary: fc.record({
        do: doing('setPressure'),
        level: fc.constantFrom(0, 0, 0.3, 0.9, 1),
        isHard: fc.constantFrom(false, false, false, true),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: doing('drain') }) },
    { weight: 1, arbitrary: fc.record({ do: doing('close') }) },
  ),
  { minLength: 10, maxLength: 120, size: 'max' },
)

function doing<Name extends FairCommand['do']>(name: Name): fc.Arbitrary<Name> {
  return fc.constant(name)
}
