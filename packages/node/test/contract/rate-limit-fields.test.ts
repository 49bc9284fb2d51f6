import type { RateOptions, RejectReason } from '@headgate/core'
import t from 'tap'
import { rateLimitFields } from '../../src/contract/rate-limit-fields.ts'

const RATES: readonly RateOptions[] = [
  { refillPerSecond: 10, burst: 100 },
  { refillPerSecond: 0.5, per: 'tenant' },
]

function fields(reason: RejectReason | undefined, rates = RATES) {
  const rejection =
    reason === undefined ? undefined : ({ admitted: false, reason, retryAfterMs: 1_500 } as const)
  return rateLimitFields({ concurrency: { limit: 20, remaining: 7 }, rates, rejection })
}

t.test('each policy is told, with its window', async (t) => {
  t.equal(fields(undefined, []).policy, '"concurrency";q=20;qu="concurrent-requests"')
  t.equal(
    fields(undefined).policy,
    '"concurrency";q=20;qu="concurrent-requests", "rate";q=100;w=10, "tenant-rate";q=1;w=2',
  )
})

t.test('a refusal is about one of them', async (t) => {
  t.equal(fields(undefined).limit, '"concurrency";r=7')
  t.equal(fields('full').limit, '"concurrency";r=0;t=2')
  t.equal(fields('rate').limit, '"rate";r=0;t=2')
  t.equal(fields('tenant-rate').limit, '"tenant-rate";r=0;t=2')
  t.equal(fields('tenant-full').limit, '"tenant-concurrency";r=0;t=2')
})
