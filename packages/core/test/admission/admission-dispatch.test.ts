import t from 'tap'
import { Harness, ManualDispatcher, states } from './admission-harness.ts'

t.test('nothing starts until the dispatcher pumps, however free the permits', async (t) => {
  const { admission, offerMany, dispatcher, clock } = setUp({ limit: 10 })
  const guests = offerMany(3)
  t.same(states(guests), ['queued', 'queued', 'queued'])
  t.equal(admission.inFlight, 0)
  t.ok(admission.isRunnable)
  t.equal(dispatcher.woken, 3)
  clock.advance(5)
  t.equal(admission.pump(), 3)
  t.same(states(guests), ['running', 'running', 'running'])
  t.ok(guests.every(({ heard, heardAtMs }) => heard === 1 && heardAtMs === 5))
  t.notOk(admission.isRunnable)
  t.equal(admission.pump(), 0)
})

t.test('a release wakes it, and starts nobody by itself', async (t) => {
  const { admission, offer, offerMany, dispatcher } = setUp({ limit: 1 })
  const running = offer()
  admission.pump()
  const waiter = offer()
  const before = dispatcher.woken
  offerMany(2)
  t.equal(dispatcher.woken, before, 'nobody could start: no need to wake')
  running.release()
  t.equal(dispatcher.woken, before + 1)
  t.equal(waiter.state, 'queued')
  t.equal(admission.pump(), 1)
  t.equal(waiter.state, 'running')
})

t.test('one that is awake is not woken again', async (t) => {
  const { admission, offer, offerMany, dispatcher } = setUp({ limit: 2 })
  const [running] = offerMany(2)
  t.equal(dispatcher.woken, 2)
  dispatcher.isAwake = true
  const waiter = offer()
  t.equal(admission.pump(), 2)
  running?.release()
  t.equal(dispatcher.woken, 2)
  dispatcher.isAwake = false
  offer()
  t.equal(dispatcher.woken, 3)
  t.equal(admission.pump(), 1)
  t.equal(waiter.state, 'running')
})

t.test('nobody passes one that a limit which has grown puts in turn again', async (t) => {
  const { admission, offer, dispatcher, limit } = setUp({ limit: 2 })
  const [first] = [offer({ tenant: 'a' }), offer({ tenant: 'a' })]
  t.equal(admission.pump(), 1, 'the other has to wait for a permit of its tenant')
  const last = offer()
  t.equal(admission.pump(), 1)
  dispatcher.isAwake = true
  limit.next = 6
  first.permit?.sample('success')
  last.release()
  t.same(admission.tryAcquire().admitted, false)
  t.equal(admission.pump(), 1)
})

t.test('a limit that grows wakes it', async (t) => {
  const { admission, offer, offerMany, dispatcher, limit } = setUp({ limit: 1 })
  const running = offer()
  admission.pump()
  offerMany(3)
  const before = dispatcher.woken
  limit.next = 3
  running.permit?.sample('success')
  t.equal(dispatcher.woken, before + 1)
  t.equal(admission.pump(), 2)
})

t.test('a pump stops on time, between two starts', async (t) => {
  const { admission, offer, clock } = setUp({ limit: 100 })
  const onAdmit = (): void => clock.advance(0.6)
  const guests = Array.from({ length: 10 }, () => offer({}, { onAdmit }))
  t.equal(admission.pump(clock.nowMs() + 2), 4, '0, 0.6, 1.2 and 1.8 ms are before 2')
  t.ok(admission.isRunnable)
  t.equal(admission.pump(clock.nowMs() + 2), 4)
  t.equal(admission.pump(clock.nowMs() + 2), 2)
  t.ok(guests.every(({ state }) => state === 'running'))
})

t.test('a pump whose time is over starts nobody; one with any time left starts one', async (t) => {
  const { admission, offerMany, clock } = setUp({ limit: 100 })
  offerMany(2)
  clock.advance(10)
  t.equal(admission.pump(10), 0)
  t.equal(admission.pump(10.001), 2)
})

t.test('a pump within a pump does nothing, the outer one goes on', async (t) => {
  const { admission, offer } = setUp({ limit: 100 })
  const inner: number[] = []
  const guests = Array.from({ length: 3 }, () =>
    offer({}, { onAdmit: () => inner.push(admission.pump()) }),
  )
  t.equal(admission.pump(), 3)
  t.same(inner, [0, 0, 0])
  t.ok(guests.every(({ heard }) => heard === 1))
})

t.test('those who expire are told in the pump, and cost no permit', async (t) => {
  const { admission, offerMany, clock } = setUp({ limit: 2 })
  const heard: string[][] = []
  // Before the wheel's timer of the same instant.
  clock.schedule(10, () => {
    heard.push(states(stale))
    t.equal(admission.pump(), 2)
    heard.push(states([...stale, ...fresh]))
  })
  const stale = offerMany(5, { deadlineMs: 10 })
  const fresh = offerMany(3)
  clock.advance(10)
  t.same(heard, [
    ['queued', 'queued', 'queued', 'queued', 'queued'],
    ['expired', 'expired', 'expired', 'expired', 'expired', 'running', 'running', 'queued'],
  ])
})

t.test('the room holds what the loop gets through in the wait, as far as is known', async (t) => {
  const { admission, offerMany, dispatcher } = setUp({ limit: 20 })
  dispatcher.startMs = 0.1
  t.equal(admission.snapshot().maxQueued, 1_000)
  const guests = offerMany(1_100)
  t.equal(guests.filter(({ state }) => state === 'queued').length, 800)
  t.equal(admission.pump(), 20)
  t.equal(admission.snapshot().maxQueued, 1_000)
})

t.test('tryAcquire does not wait for the dispatcher, but passes nobody', async (t) => {
  const { admission, offer } = setUp({ limit: 5 })
  t.ok(admission.tryAcquire().admitted)
  offer()
  const decision = admission.tryAcquire({ tier: 'critical' })
  t.equal(decision.admitted ? '' : decision.reason, 'full')
})

t.test('without a queue the dispatcher is not asked', async (t) => {
  const { offer, dispatcher } = setUp({ limit: 5, queue: false })
  t.equal(offer().state, 'running')
  t.equal(dispatcher.woken, 0)
})

t.test('a waiter cancelled before the pump does not start', async (t) => {
  const { admission, offer } = setUp({ limit: 5 })
  const gone = offer()
  admission.cancel(gone.passage as never)
  t.equal(admission.pump(), 0)
  t.equal(gone.heard, 0)
})

function setUp(settings: ConstructorParameters<typeof Harness>[0]) {
  const dispatcher = new ManualDispatcher()
  const harness = new Harness({ dispatcher, ...settings })
  return Object.assign(harness, {
    dispatcher,
    offer: harness.offer.bind(harness),
    offerMany: harness.offerMany.bind(harness),
  })
}
