import t from 'tap'
import { Harness } from './admission-harness.ts'

t.test('what takes no permit takes its own tokens, and gets none that is not there', async (t) => {
  const { admission } = new Harness({
    rate: { refillPerSecond: 1, burst: 2, per: 'tenant' },
    queue: false,
  })
  const [a, b] = [{ tenant: 'a' }, { tenant: 'b' }]
  t.equal(admission.door.charge(a), undefined)
  t.equal(admission.door.charge(a), undefined)
  t.match(admission.door.charge(a), { admitted: false, reason: 'tenant-rate' })
  t.equal(admission.door.charge(b), undefined, 'another has its own')
  t.match(admission.tryAcquire(a), { admitted: false, reason: 'tenant-rate' })
  admission.door.refund(a)
  t.match(admission.tryAcquire(a), { admitted: true }, 'what went back can be taken')
  t.equal(admission.inFlight, 1)
  t.equal(admission.snapshot().rejected.important['tenant-rate'], 2)
})

t.test('no flow is left of a request that was only charged', async (t) => {
  const { admission } = new Harness()
  for (const tenant of ['a', 'b', 'c']) {
    admission.door.charge({ tenant, tier: 'optional' })
    admission.door.refund({ tenant, tier: 'optional' })
  }
  t.match(admission.snapshot(), { flows: 0, inFlight: 0, malformed: 0 })
})

t.test('something is left over only while nobody waits and a permit is free', async (t) => {
  const harness = new Harness()
  const { admission } = harness
  t.ok(admission.door.isSpare)
  const running = harness.offer()
  t.notOk(admission.door.isSpare)
  const waiting = harness.offer()
  running.permit?.release()
  admission.pump()
  waiting.permit?.release()
  t.ok(admission.door.isSpare)
  harness.pressure.level = 0.2
  t.notOk(admission.door.isSpare)
})

t.test('a service that drains lets in nobody by the side either', async (t) => {
  const { admission } = new Harness()
  admission.drain(() => {})
  t.match(admission.door.charge({ tier: 'critical' }), { admitted: false, reason: 'draining' })
  t.notOk(admission.door.isSpare)
})
