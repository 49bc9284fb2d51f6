import type { AdmissionRequest } from '@headgate/core'
import t from 'tap'
import { createAdmission } from '../../src/index.ts'

t.test('tells a refusal with everything that led to it', async (t) => {
  const admission = open(t, { limit: 1, queue: false, explain: 10 })
  admission.tryAcquire({ id: 'one' })
  admission.tryAcquire({ id: 'two', tier: 'optional', tenant: 'acme' })
  const [decision] = admission.explain('two').decisions
  t.match(decision, {
    ...{ requestId: 'two', mode: 'enforce', answer: 'full', tier: 'optional', tenant: 'acme' },
    ...{ limit: 1, inFlight: 1, poolMost: 1, pool: 'default', cost: 1, pressure: 0, maxWaitMs: 0 },
  })
  t.ok((decision?.retryAfterMs ?? 0) >= 1_000)
  t.match(admission.explain('two').text, /refused as full.*every permit was in use.*Limit 1/s)
  t.match(admission.explain('one').text, /admitted.*a permit was free/s)
})

t.test('tells of a wait, whichever way it ended', async (t) => {
  const admission = open(t, { limit: 1, explain: 10, queue: { maxWaitMs: 20 } })
  // The admission's own timers keep no process alive.
  const keeper = setInterval(() => {}, 1_000)
  t.teardown(() => clearInterval(keeper))
  const held = admission.tryAcquire()
  const waiting = admission.acquire({ id: 'waits' })
  t.match(admission.explain('waits').decisions, [{ answer: 'waiting' }])
  await waiting
  t.match(admission.explain('waits').decisions, [{ answer: 'expired', maxWaitMs: 20 }])
  t.match(admission.explain('waits').text, /within maxWaitMs, 20 ms/)
  if (held.admitted) held.permit.release()
  await admission.acquire({ id: 'later' })
  t.match(admission.explain('later').decisions, [{ answer: 'admitted' }])
})

t.test('one id may have several decisions: a retry brings its own', async (t) => {
  const admission = open(t, { limit: 1, queue: false, explain: 10 })
  for (let attempt = 0; attempt < 3; attempt += 1) admission.tryAcquire({ id: 'again' })
  const answers = admission.explain('again').decisions.map(({ answer }) => answer)
  t.same(answers, ['admitted', 'full', 'full'])
})

t.test('the newest takes the place of the oldest, and nothing more is kept', async (t) => {
  const admission = open(t, { explain: 3 })
  for (const id of ['a', 'b', 'c', 'd']) admission.tryAcquire({ id })
  t.same(admission.explain('a').decisions, [])
  t.match(admission.explain('a').text, /among the last 3/)
  t.equal(admission.explain('d').decisions.length, 1)
  admission.update({ explain: 1 })
  t.same(admission.explain('c').decisions, [])
  t.equal(admission.explain('d').decisions.length, 1)
  admission.tryAcquire({ id: 'e' })
  t.same(admission.explain('d').decisions, [])
  t.equal(admission.explain('e').decisions.length, 1)
})

t.test('an id that was never seen is told as such, whatever it is', async (t) => {
  const admission = open(t, { explain: 3 })
  for (const id of ['x', '', undefined, Symbol('s'), {}, 'y'.repeat(10_000)]) {
    const { decisions, requestId } = admission.explain(id as string)
    t.same(decisions, [])
    t.ok(requestId.length <= 128)
  }
  t.equal(admission.tryAcquire({ id: 7 } as unknown as AdmissionRequest).admitted, true)
})

t.test('switched off, it says so', async (t) => {
  const admission = open(t)
  admission.tryAcquire({ id: 'a' })
  t.match(admission.explain('a'), { decisions: [], text: /set `explain`/ })
})

t.test('in shadow it tells what would have been said', async (t) => {
  const admission = open(t, { limit: 1, queue: false, explain: 5, mode: 'shadow' })
  admission.tryAcquire({ id: 'a' })
  t.equal(admission.tryAcquire({ id: 'b' }).admitted, true)
  t.match(admission.explain('b').decisions, [{ answer: 'full', mode: 'shadow' }])
  t.match(admission.explain('b').text, /^in shadow, would have been/)
})

function open(
  t: { teardown(end: () => unknown): void },
  options: Parameters<typeof createAdmission>[0] = {},
): ReturnType<typeof createAdmission> {
  const admission = createAdmission(options)
  t.teardown(() => admission.close())
  return admission
}
