import fc from 'fast-check'

/** A fraction that a number can stand for: tokens a second, as numerator and denominator. */
export const perSecond: fc.Arbitrary<[number, number]> = fc.oneof(
  fc.constantFrom<[number, number]>([1, 1], [3, 1], [1, 3], [5, 2], [1, 86_400], [999_983, 1_000]),
  fc.tuple(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: 100 })),
)

export const burst: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 1, max: 5 }),
  fc.integer({ min: 1, max: 1_000 }),
)

export interface Take {
  readonly do: 'tryTake' | 'reserve' | 'giveBack'
  readonly afterUs: number
  readonly cost: number
  readonly key: number
}

const HOUR_US = 3_600e6

/** Takes with pauses from nothing to an hour; `atUs` counts up to years. */
export const takes: fc.Arbitrary<Take[]> = fc.array(
  fc.record({
    do: fc.constantFrom('tryTake', 'tryTake', 'tryTake', 'reserve', 'giveBack'),
    afterUs: fc.oneof(fc.constant(0), fc.nat(2_000), fc.nat(2e6), fc.nat(HOUR_US)),
    cost: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 7 })),
    key: fc.nat(4),
  }),
  { minLength: 1, maxLength: 80, size: 'max' },
)
