import { createServer } from 'node:http'
import { ask, listening, until } from '@headgate/conformance'
import t from 'tap'
import { createAdmission, type RejectReason, wrap } from '../src/index.ts'
import { type ForcedRejection, force, forcePressure } from '../src/testing.ts'

t.test('every request is refused as asked, until it is over', async (t) => {
  const admission = createAdmission()
  t.teardown(() => admission.close())
  const port = await listening(
    t,
    createServer(wrap((_request, response) => response.end('served'), { admission })),
  )
  const restore = force(admission, { reason: 'shed', retryAfterMs: 2_500 })
  const { statusCode, headers, body } = await ask(port)
  t.equal(statusCode, 503)
  t.equal(headers['retry-after'], '3')
  t.equal(JSON.parse(body).reason, 'shed')
  t.equal((await ask(port, { path: '/livez' })).statusCode, 200, 'exempt requests are served')
  restore()
  t.equal((await ask(port)).body, 'served')
})

t.test('comes back in a second unless told otherwise', async (t) => {
  const admission = createAdmission()
  t.teardown(() => admission.close())
  force(admission, { reason: 'full' })
  t.same(admission.tryAcquire(), { admitted: false, reason: 'full', retryAfterMs: 1_000 })
})

t.test('the last one forced counts, and an older one that ends does not end it', async (t) => {
  const admission = createAdmission()
  t.teardown(() => admission.close())
  const restoreFirst = force(admission, { reason: 'full' })
  const restoreSecond = force(admission, { reason: 'shed' })
  restoreFirst()
  t.match(admission.tryAcquire(), { reason: 'shed' })
  restoreSecond()
  restoreSecond()
  t.equal(admission.tryAcquire().admitted, true)
})

t.test('refuses to force what no client can ever see', async (t) => {
  const admission = createAdmission()
  t.teardown(() => admission.close())
  const check = (rejection: unknown, option: string): void => {
    t.throws(() => force(admission, rejection as ForcedRejection), {
      code: 'HG_ERR_OPTION',
      option,
    })
  }
  check({ reason: 'busy' as RejectReason }, 'reason')
  check({}, 'reason')
  // A client that has left gets no answer: a living one would wait for ever.
  check({ reason: 'cancelled' }, 'reason')
  check({ reason: 'full', retryAfterMs: Number.NaN }, 'retryAfterMs')
  check({ reason: 'full', retryAfterMs: -1 }, 'retryAfterMs')
  t.equal(admission.tryAcquire().admitted, true)
})

t.test('pressure is what a test wants it to be, at once, until it is over', async (t) => {
  const admission = createAdmission({ limit: 1, pressure: [() => 1] })
  t.teardown(() => admission.close())
  const low = forcePressure(admission, 0.69)
  t.match([admission.pressure, admission.degraded], [0.69, false])
  const restore = forcePressure(admission, 0.7)
  low()
  t.match([admission.pressure, admission.degraded, admission.snapshot().pressure], [0.7, true, 0.7])
  const taken = admission.tryAcquire()
  t.equal((await admission.acquire({ tier: 'optional' })).admitted, false, 'tiers are shed by it')
  const calm = forcePressure(admission, 0)
  restore()
  t.equal(admission.pressure, 0)
  const waiting = admission.acquire({ tier: 'optional' })
  t.equal(admission.snapshot().queued, 1, 'and nobody is, where there is none')
  if (taken.admitted) taken.permit.release()
  t.equal((await waiting).admitted, true)
  calm()
  await until('it is its own again', () => admission.pressure === 1 && admission.degraded)
})

t.test('pressure is a number from 0 to 1', async (t) => {
  const admission = createAdmission()
  t.teardown(() => admission.close())
  for (const level of [-0.1, 1.1, Number.NaN, '1', undefined]) {
    t.throws(() => forcePressure(admission, level as number), {
      code: 'HG_ERR_OPTION',
      option: 'level',
    })
  }
})
