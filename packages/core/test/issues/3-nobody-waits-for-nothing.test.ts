import t from 'tap'
import { Harness, states } from '../admission/admission-harness.ts'

const tenant = 't'

t.test(
  'a waiter that is too wide for its tenant holds up its flow only while it waits',
  async (t) => {
    const harness = new Harness({ limit: 3, maxCost: 3, tenants: { maxInFlightRatio: 0.5 } })
    const { admission } = harness
    const [first] = harness.offerMany(2, { tenant })
    const wide = harness.offer({ tenant, cost: 2 })
    const narrow = harness.offer({ tenant })
    first?.release()
    t.same(states([wide, narrow]), ['queued', 'queued'])
    if (wide.passage !== undefined) admission.cancel(wide.passage)
    t.same(states([wide, narrow]), ['left', 'running'])
  },
)

t.test(
  'a limit that grows by itself lets those run whom the cap of their tenant held back',
  async (t) => {
    const harness = new Harness({ limit: 4, tenants: { maxInFlightRatio: 0.25 } })
    const other = harness.offer({ flow: 'other' })
    const [first, second] = harness.offerMany(2, { tenant })
    t.same(states([first, second] as never), ['running', 'queued'])
    harness.limit.current = 8
    other.release()
    t.equal(second?.state, 'running')
  },
)

t.test('closing starts nobody, whoever makes room for whom on the way', async (t) => {
  const harness = new Harness({ limit: 3, maxCost: 3 })
  harness.offerMany(2)
  const waiters = [harness.offer({ cost: 3 }), harness.offer(), harness.offer()]
  harness.admission.close()
  t.same(states(waiters), ['draining', 'draining', 'draining'])
})
