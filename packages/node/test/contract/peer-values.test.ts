import fc from 'fast-check'
import t from 'tap'
import {
  attemptOf,
  deadlineMsOf,
  grpcTimeoutMsOf,
  tenantOf,
  tierOf,
} from '../../src/contract/peer-values.ts'

function check<Value>(
  t: { same(found: unknown, wanted: unknown, message: string): void },
  of: (text: string) => Value,
  expected: Readonly<Record<string, unknown>>,
): void {
  for (const [text, value] of Object.entries(expected))
    t.same(of(text), value, JSON.stringify(text))
}

const NO_NUMBERS = {
  '': undefined,
  ' ': undefined,
  '-1': undefined,
  '+1': undefined,
  '1e3': undefined,
  '0x10': undefined,
  NaN: undefined,
  Infinity: undefined,
  '1 ': undefined,
  '1,2': undefined,
  '٣': undefined,
}

t.test('a deadline is milliseconds, from 0 to as long as a timer can wait', async (t) => {
  check(t, deadlineMsOf, {
    ...NO_NUMBERS,
    '0': 0,
    '250': 250,
    '12.5': 12.5,
    '2147483647': 2_147_483_647,
    '2147483648': undefined,
    '99999999999999999999': undefined,
    '1.': undefined,
    '.5': undefined,
  })
})

t.test('a gRPC timeout has a unit', async (t) => {
  check(t, grpcTimeoutMsOf, {
    ...NO_NUMBERS,
    '250': undefined,
    '250m': 250,
    '10S': 10_000,
    '2M': 120_000,
    '1H': 3_600_000,
    '500u': 0.5,
    '0n': 0,
    '99999999H': 2_147_483_647,
    '123456789m': undefined,
    '1s': undefined,
    '1mm': undefined,
  })
})

t.test('a tier is one of the four, and as it is written', async (t) => {
  check(t, tierOf, {
    critical: 'critical',
    opportunistic: 'opportunistic',
    CRITICAL: undefined,
    'critical, optional': undefined,
    constructor: undefined,
    __proto__: undefined,
  })
})

t.test('a tenant is a printable name of up to 128, without a comma', async (t) => {
  check(t, tenantOf, {
    acme: 'acme',
    'Acme Ltd.': 'Acme Ltd.',
    a: 'a',
    __proto__: '__proto__',
    ['x'.repeat(128)]: 'x'.repeat(128),
    ['x'.repeat(129)]: undefined,
    '': undefined,
    'a,b': undefined,
    'a, b': undefined,
    ' a': undefined,
    'a\tb': undefined,
    'caf\u00e9': undefined,
    'a\u0000': undefined,
  })
})

t.test('an attempt has a number, and may have a kind and a most', async (t) => {
  check(t, attemptOf, {
    '1': { number: 1, kind: 'first' },
    '2': { number: 2, kind: 'retry' },
    '2;max=3;kind=retry': { number: 2, kind: 'retry' },
    '2; kind=hedge ;max=2': { number: 2, kind: 'hedge' },
    '1;kind=hedge': { number: 1, kind: 'hedge' },
    '2;new=thing;flag': { number: 2, kind: 'retry' },
    '1000': { number: 1_000, kind: 'retry' },
    '1001': undefined,
    '0': undefined,
    '-2': undefined,
    '2.5': undefined,
    '': undefined,
    '3;max=2': undefined,
    '2;max=many': undefined,
    '2;kind=first': undefined,
    '2;kind=magic': undefined,
    [`2;${'a=b;'.repeat(100)}`]: undefined,
  })
})

t.test(
  'nothing that a header can hold makes them throw, or answer what is no answer',
  async (t) => {
    const parts = fc.array(
      fc.oneof(
        fc.string(),
        fc.constantFrom('1', ';', ',', 'max=', 'kind=', 'retry', 'S', 'm', '-'),
      ),
    )
    fc.assert(
      fc.property(
        parts.map((all) => all.join('')),
        (text) => {
          for (const of of [deadlineMsOf, grpcTimeoutMsOf]) {
            const ms = of(text)
            if (ms !== undefined && !(ms >= 0 && ms <= 2 ** 31 - 1)) return false
          }
          const number = attemptOf(text)?.number ?? 1
          return number >= 1 && number <= 1_000 && (tenantOf(text)?.length ?? 0) <= 128
        },
      ),
      { numRuns: 2_000 },
    )
    t.pass()
  },
)
