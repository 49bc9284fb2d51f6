import t from 'tap'
import { Harness, ManualDispatcher, states } from './admission-harness.ts'

t.test('a drain lets nobody in, serves those who wait, and then says so once', async (t) => {
  const { admission, offer, events } = setUp()
  const running = offer()
  const waiter = offer()
  let idle = 0
  admission.drain(() => {
    idle += 1
  })
  t.equal(admission.draining, true)
  t.same(events, [{ type: 'drain', queued: 1, inFlight: 1 }])
  t.equal(offer({ tier: 'critical' }).state, 'draining')
  const decision = admission.tryAcquire()
  t.equal(decision.admitted ? '' : decision.reason, 'draining')
  running.release()
  t.equal(waiter.state, 'running')
  t.equal(idle, 0)
  waiter.release()
  t.equal(idle, 1)
  waiter.release()
  t.equal(idle, 1)
})

t.test('with nothing left to do it ends at once', async (t) => {
  const { admission } = setUp()
  let idle = false
  admission.drain(() => {
    idle = true
  })
  t.ok(idle)
})

t.test('draining twice is one drain, and both who wait for it hear', async (t) => {
  const { admission, offer, events } = setUp()
  const running = offer()
  const heard: string[] = []
  admission.drain(() => heard.push('first'))
  admission.drain(() => heard.push('second'))
  running.release()
  t.same(heard, ['first', 'second'])
  t.equal(events.length, 1)
  admission.drain(() => heard.push('third'))
  t.same(heard, ['first', 'second', 'third'])
})

t.test('the last waiter hears before the drain ends, however it leaves', async (t) => {
  for (const leave of ['expire', 'close', 'cancel'] as const) {
    const { admission, offer, clock } = setUp({ limit: 1, dispatcher: new ManualDispatcher() })
    const heard: string[] = []
    const waiter = offer({}, { onReject: () => heard.push('waiter') })
    admission.drain(() => heard.push('idle'))
    if (leave === 'cancel') admission.cancel(waiter.passage as never)
    else if (leave === 'close') admission.close()
    else clock.advance(200)
    t.same(heard, leave === 'cancel' ? ['idle'] : ['waiter', 'idle'], leave)
  }
})

t.test('a drain waits for those that a dispatcher has yet to start', async (t) => {
  const { admission, offer } = setUp({ limit: 5, dispatcher: new ManualDispatcher() })
  const waiter = offer()
  let idle = false
  admission.drain(() => {
    idle = true
  })
  t.notOk(idle)
  admission.pump()
  t.notOk(idle)
  waiter.release()
  t.ok(idle)
})

t.test('a close refuses those who wait and leaves no timer; permits still come back', async (t) => {
  const { admission, offer, offerMany, clock } = setUp()
  const running = offer()
  const waiters = offerMany(3)
  admission.tryAcquire()
  t.ok(clock.pending > 1, 'the wheel and the watch')
  admission.close()
  t.same(states(waiters), ['draining', 'draining', 'draining'])
  t.equal(clock.pending, 0)
  admission.close()
  t.equal(offer().state, 'draining')
  running.release()
  t.equal(admission.inFlight, 0)
  t.equal(clock.pending, 0)
})

t.test(
  'a close during a drain ends the wait for those in the room, not for those who run',
  async (t) => {
    const { admission, offer } = setUp()
    const running = offer()
    offer()
    let idle = false
    admission.drain(() => {
      idle = true
    })
    admission.close()
    t.notOk(idle)
    running.release()
    t.ok(idle)
  },
)

t.test('being refused for a drain is no overload', async (t) => {
  const { admission, offer, clock } = setUp()
  offer()
  offer()
  admission.close()
  offer()
  t.equal(admission.snapshot().overloaded, false)
  t.equal(clock.pending, 0)
})

function setUp(settings?: ConstructorParameters<typeof Harness>[0]) {
  const harness = new Harness(settings)
  return Object.assign(harness, {
    offer: harness.offer.bind(harness),
    offerMany: harness.offerMany.bind(harness),
  })
}
