import t from 'tap'
import type { Flow } from '../../src/fairness/flow.ts'
import { createFlow, createWaiter } from './create-flow.ts'

t.test('overflows once it has had waiters for 100 ms and was refused', async (t) => {
  const flow = waiting()
  flow.started = 16
  t.notOk(flow.overflows(150), 'all that came were let in')
  flow.refused = 1
  t.notOk(flow.overflows(100), 'not for a moment')
  t.ok(flow.overflows(101))
  flow.started = 17
  t.notOk(flow.overflows(150), 'once in a while is a burst')
})

t.test('overflows when nothing of it starts', async (t) => {
  t.ok(waiting().overflows(101))
  t.notOk(createFlow().overflows(101), 'but not with nobody waiting')
})

t.test(
  'overflows until nobody was refused for 100 ms, though nobody waits in between',
  async (t) => {
    const flow = waiting()
    flow.onRefuse(90)
    t.notOk(flow.overflows(100))
    flow.onRefuse(110)
    if (flow.oldest !== undefined) flow.remove(flow.oldest)
    flow.add({ ...createWaiter(flow), enqueuedMs: 150 })
    flow.started = 100
    t.ok(flow.overflows(210))
    t.notOk(flow.overflows(210.5))
    flow.onRefuse(210)
    t.ok(flow.overflows(310), 'each that is refused counts anew')
    t.notOk(flow.overflows(310.5))
    flow.onRefuse(311)
    t.notOk(flow.overflows(311), 'not one that is refused in a burst')
  },
)

t.test('begins anew when somebody waits again', async (t) => {
  const flow = waiting()
  flow.refused = 5
  flow.started = 5
  if (flow.oldest !== undefined) flow.remove(flow.oldest)
  flow.add({ ...createWaiter(flow), enqueuedMs: 200 })
  t.equal(flow.refused, 0)
  t.equal(flow.started, 0)
  t.notOk(flow.overflows(300))
  t.ok(flow.overflows(301))
})

/** Since 0 ms. */
function waiting(): Flow {
  const flow = createFlow()
  flow.add(createWaiter(flow))
  return flow
}
