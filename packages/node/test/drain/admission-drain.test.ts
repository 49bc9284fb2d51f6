import t from 'tap'
import { createAdmission } from '../../src/index.ts'

t.test('leaving ends readiness, and nothing else', async (t) => {
  const admission = createAdmission({ limit: 1 })
  t.teardown(() => admission.close())
  t.ok(admission.ready())
  admission.leave()
  t.notOk(admission.ready())
  t.equal(admission.readiness.state, 'leaving')
  const decision = await admission.acquire()
  t.ok(decision.admitted)
  if (decision.admitted) decision.permit.release('ignore')
  t.equal(admission.snapshot().draining, false)
  await admission.drain()
  t.equal(admission.readiness.state, 'draining')
})

t.test('a drain refuses those who wait, where it is told to', async (t) => {
  const admission = createAdmission({ limit: 1, queue: { maxWaitMs: 60_000 } })
  const running = await admission.acquire()
  const waiting = admission.acquire()
  const drained = admission.drain({ queue: 'reject' })
  t.match(await waiting, { admitted: false, reason: 'draining' })
  if (running.admitted) running.permit.release('ignore')
  t.same(await drained, { leftover: 0 }, 'and still waits for who runs')
})

t.test('a wrong option rejects, and drains nothing', async (t) => {
  const admission = createAdmission()
  t.teardown(() => admission.close())
  await t.rejects(admission.drain({ queue: 'drop' as 'reject' }), { code: 'HG_ERR_OPTION' })
  t.ok(admission.ready())
})
