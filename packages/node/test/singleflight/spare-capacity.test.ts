import t from 'tap'
import { createAdmission } from '../../src/index.ts'
import { spareCapacity } from '../../src/singleflight/spare-capacity.ts'

t.test('it is a permit, given back once, and none when all are in use', async (t) => {
  const admission = createAdmission({ limit: 2 })
  t.teardown(() => admission.close())
  const [first, second] = [spareCapacity(admission), spareCapacity(admission)]
  t.type(first, 'function')
  t.type(second, 'function')
  t.equal(spareCapacity(admission), false)
  if (first) first()
  if (first) first()
  t.equal(admission.snapshot().inFlight, 1, 'given back once')
  if (second) second()
})

t.test('without a queue the share of the tier holds, and a refusal is none', async (t) => {
  const admission = createAdmission({ limit: 10, queue: false })
  t.teardown(() => admission.close())
  for (let taken = 0; taken < 5; taken += 1) admission.tryAcquire()
  t.ok(admission.aside.isSpare)
  t.equal(spareCapacity(admission), false)
})
