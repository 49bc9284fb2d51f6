import t from 'tap'
import type { AdmissionRequest } from '../../src/admission/admission-request.ts'
import { RequestReader } from '../../src/admission/request-reader.ts'
import { TIERS } from '../../src/shed/tier.ts'

t.test('ranks the tiers in their order, and important without one', async (t) => {
  const reader = new RequestReader()
  t.same(
    TIERS.map((tier) => reader.rankOf(tier)),
    [0, 1, 2, 3],
  )
  t.equal(reader.rankOf(undefined), 1)
  t.equal(reader.malformed, 0)
})

t.test('an unknown tier is the default, and counted', async (t) => {
  const reader = new RequestReader()
  for (const tier of ['Critical', '', 'constructor', null, 0, {}, Symbol('tier')]) {
    t.equal(reader.rankOf(tier as never), 1)
  }
  t.equal(reader.malformed, 7)
})

t.test('a deadline that has passed refuses, one ahead does not', async (t) => {
  const reader = new RequestReader()
  t.equal(reader.refusedBefore({ deadlineMs: 0 }), 'expired')
  t.equal(reader.refusedBefore({ deadlineMs: -5 }), 'expired')
  t.equal(reader.refusedBefore({ deadlineMs: Number.NEGATIVE_INFINITY }), 'expired')
  t.equal(reader.refusedBefore({ deadlineMs: 0.001 }), undefined)
  t.equal(reader.refusedBefore({ deadlineMs: Number.POSITIVE_INFINITY }), undefined)
  t.equal(reader.refusedBefore({}), undefined)
  t.equal(reader.refusedBefore(undefined), undefined)
  t.equal(reader.malformed, 0)
})

t.test('an aborted signal refuses, before the deadline is looked at', async (t) => {
  const reader = new RequestReader()
  t.equal(reader.refusedBefore({ signal: { aborted: true }, deadlineMs: 0 }), 'cancelled')
  t.equal(reader.refusedBefore({ signal: { aborted: false } }), undefined)
  t.equal(reader.refusedBefore({ signal: AbortSignal.abort() }), 'cancelled')
})

t.test(
  'what is no number is no deadline: it neither refuses nor throws, and is counted',
  async (t) => {
    const hostile = {
      valueOf(): number {
        throw new Error('valueOf')
      },
    }
    for (const deadlineMs of [null, '-5', '0', Number.NaN, [], hostile, Symbol('s'), -1n, false]) {
      const reader = new RequestReader()
      const request = { deadlineMs } as unknown as AdmissionRequest
      t.equal(reader.refusedBefore(request), undefined, String(typeof deadlineMs))
      t.equal(reader.deadlineMsOf(request), Number.POSITIVE_INFINITY)
      t.equal(reader.malformed, 1, 'once a request, whether it waits or not')
    }
  },
)

t.test('a deadline is what it says', async (t) => {
  const reader = new RequestReader()
  t.equal(reader.deadlineMsOf({ deadlineMs: 12.5 }), 12.5)
  t.equal(reader.deadlineMsOf({ deadlineMs: undefined }), Number.POSITIVE_INFINITY)
  t.equal(reader.deadlineMsOf(undefined), Number.POSITIVE_INFINITY)
})

t.test('nothing at all where a request should be is a request without anything', async (t) => {
  const reader = new RequestReader()
  t.equal(reader.refusedBefore(null as never), undefined)
  t.equal(reader.deadlineMsOf(null as never), Number.POSITIVE_INFINITY)
})
