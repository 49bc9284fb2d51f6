import { REJECT_REASONS, type RejectReason } from '@headgate/core'
import t from 'tap'
import { resolveHeaderOptions } from '../../src/contract/header-options.ts'
import { RejectionResponses } from '../../src/http/rejection-response.ts'

const responses = new RejectionResponses(resolveHeaderOptions())

function of(reason: RejectReason, retryAfterMs: number) {
  return responses.of({ admitted: false, reason, retryAfterMs }, false)
}

t.test('Retry-After is whole seconds, never sooner than said, from 1 to 30', async (t) => {
  const check = (retryAfterMs: number, expected: string): void => {
    t.equal(of('full', retryAfterMs).headers['retry-after'], expected, `${retryAfterMs}`)
  }
  check(-5, '1')
  check(0, '1')
  check(1, '1')
  check(1_000, '1')
  check(1_000.1, '2')
  check(2_999, '3')
  check(29_001, '30')
  check(30_000, '30')
  check(1e9, '30')
  check(Number.POSITIVE_INFINITY, '30')
})

t.test('its own quota is 429, too little service is 503', async (t) => {
  for (const reason of REJECT_REASONS) {
    const { statusCode, statusMessage, headers, body } = of(reason, 1_500)
    const isQuota = ['tenant-full', 'tenant-rate', 'rate'].includes(reason)
    t.equal(statusCode, isQuota ? 429 : 503, reason)
    t.equal(statusMessage, isQuota ? 'Too Many Requests' : 'Service Unavailable')
    t.equal(headers['x-overload'], isQuota ? undefined : 'scope=instance')
    const problem = JSON.parse(body)
    t.match(problem, { status: statusCode, title: statusMessage, reason })
    t.match(problem.type, isQuota ? /#quota-exceeded$/ : /#temporary-reduced-capacity$/)
    t.match(problem.detail, '2 s')
  }
})

t.test("a tenant's request that made way for a newer one met its own quota", async (t) => {
  const rejection = { admitted: false, reason: 'replaced', retryAfterMs: 1_000 } as const
  const named = responses.of(rejection, true)
  t.match(named, { statusCode: 429, body: /"reason":"replaced"/ })
  t.match(responses.of(rejection, false), { statusCode: 503 })
  t.equal(responses.of(rejection, true), named)
  t.match(responses.of({ ...rejection, reason: 'shed' }, true), { statusCode: 503 })
})

t.test('says how long it is, that it is not to be kept, and that nothing was done', async (t) => {
  const { headers, flatHeaders, body } = of('shed', 1_000)
  t.match(headers, {
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    'x-nack': '1',
  })
  t.same(flatHeaders, Object.entries(headers).flat())
})

t.test('names no tenant and no tier', async (t) => {
  t.same(Object.keys(JSON.parse(of('evicted', 1_000).body)).sort(), [
    'detail',
    'reason',
    'status',
    'title',
    'type',
  ])
})

t.test('is made once for each reason and second, and cannot be spoilt', async (t) => {
  t.equal(of('full', 1_200), of('full', 1_900))
  t.not(of('full', 1_200), of('full', 2_100))
  t.not(of('full', 1_200), of('shed', 1_200))
  const { headers } = of('full', 1_200)
  t.throws(() => {
    ;(headers as Record<string, string>)['retry-after'] = '99'
  }, TypeError)
})
