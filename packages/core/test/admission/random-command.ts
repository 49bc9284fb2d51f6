import fc from 'fast-check'
import type { AdmissionOptions } from '../../src/admission/admission-options.ts'
import type { Outcome } from '../../src/admission/permit.ts'
import { TIERS, type Tier } from '../../src/shed/tier.ts'

/** What a request does as it hears its answer. */
export type Hook = 'nothing' | 'release' | 'offer' | 'cancel' | 'throw' | 'update' | 'close'

export interface Offer {
  readonly do: 'offer'
  readonly tier: Tier
  readonly deadlineMs: number | undefined
  readonly hook: Hook
}

export type Command =
  | Offer
  | { readonly do: 'tryAcquire'; readonly tier: Tier }
  | { readonly do: 'release'; readonly which: number; readonly outcome: Outcome }
  | { readonly do: 'sample'; readonly which: number; readonly outcome: Outcome }
  | { readonly do: 'cancel'; readonly which: number }
  | { readonly do: 'advance'; readonly byMs: number }
  /** `bySample`: with the next sample, as limits do; otherwise at once and behind the gate's back. */
  | { readonly do: 'limit'; readonly to: number; readonly bySample: boolean }
  | { readonly do: 'pressure'; readonly level: number; readonly isHard: boolean }
  | { readonly do: 'update'; readonly options: AdmissionOptions }
  | { readonly do: 'pump'; readonly forMs: number }
  | { readonly do: 'drain' }
  | { readonly do: 'close' }

const tier = fc.constantFrom(...TIERS)
const outcome = fc.constantFrom<Outcome>('success', 'overload', 'ignore')
const byMs = fc.oneof(
  fc.constantFrom(0, 1, 4, 50, 100, 101),
  fc.double({ min: 0, max: 150, noNaN: true }),
)

/** A queue small enough to be filled by a few commands, or none, or one of the default size. */
const queue = fc.record({
  maxQueued: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
  maxWaitMs: fc.constantFrom(5, 100, 300),
  order: fc.constantFrom('auto' as const, 'fifo' as const, 'lifo' as const),
})

export const admissionOptions: fc.Arbitrary<AdmissionOptions> = fc.record({
  queue: fc.oneof(
    { weight: 1, arbitrary: fc.constant(false as const) },
    { weight: 9, arbitrary: queue },
  ),
  shedAt: fc.constantFrom(
    {},
    { important: 1, optional: 1, opportunistic: 1 },
    { opportunistic: 0.03 },
  ),
})

const QUIET: readonly Hook[] = ['nothing']
const LIVELY: readonly Hook[] = [
  ...Array.from({ length: 5 }, () => 'nothing' as const),
  ...(['release', 'offer', 'cancel', 'throw', 'update'] as const),
]

/** `lively`: requests call back in as they hear their answers. */
export function commands({ lively }: { lively: boolean }): fc.Arbitrary<Command[]> {
  const offer = fc.record({
    do: fc.constant('offer' as const),
    tier,
    deadlineMs: fc.constantFrom(undefined, undefined, undefined, -1, 0.5, 20, 99),
    hook: fc.constantFrom(...(lively ? LIVELY : QUIET)),
  })
  const closing = fc.record({ ...doing('offer'), tier, hook: fc.constant<Hook>('close') })
  const command: fc.Arbitrary<Command> = fc.oneof(
    { weight: 60, arbitrary: offer },
    { weight: 6, arbitrary: fc.record({ ...doing('tryAcquire'), tier }) },
    { weight: 30, arbitrary: fc.record({ ...doing('release'), which: fc.nat(), outcome }) },
    { weight: 6, arbitrary: fc.record({ ...doing('sample'), which: fc.nat(), outcome }) },
    { weight: 10, arbitrary: fc.record({ ...doing('cancel'), which: fc.nat() }) },
    { weight: 20, arbitrary: fc.record({ ...doing('advance'), byMs }) },
    { weight: 10, arbitrary: fc.record({ ...doing('limit'), to, bySample: fc.boolean() }) },
    { weight: 4, arbitrary: fc.record({ ...doing('pressure'), level, isHard: rarely }) },
    { weight: 4, arbitrary: fc.record({ ...doing('update'), options: admissionOptions }) },
    { weight: 16, arbitrary: fc.record({ ...doing('pump'), forMs }) },
    { weight: 1, arbitrary: fc.record(doing('drain')) },
    {
      weight: 1,
      arbitrary: lively
        ? closing.map((it) => ({ ...it, deadlineMs: undefined }))
        : fc.record(doing('close')),
    },
  )
  return fc.array(command, { minLength: 10, maxLength: 90, size: 'max' })
}

const to = fc.integer({ min: 1, max: 6 })
const level = fc.constantFrom(0, 0, 0, 0.3, 0.9, 1)
const rarely = fc.constantFrom(false, false, false, true)
const forMs = fc.constantFrom(0, 1, Number.POSITIVE_INFINITY)

function doing<Name extends Command['do']>(name: Name): { do: fc.Arbitrary<Name> } {
  return { do: fc.constant(name) }
}
