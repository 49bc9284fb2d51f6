import t from 'tap'
import { type Guest, Harness, ManualDispatcher, states } from './admission-harness.ts'

t.test('whoever is admitted may release at once, thousands in a row', async (t) => {
  const { admission, offer } = setUp({ queue: { maxQueued: 20_000 } })
  const running = offer()
  const onAdmit = (guest: Guest): void => guest.release()
  const waiters = Array.from({ length: 10_000 }, () => offer({ tier: 'critical' }, { onAdmit }))
  running.release()
  t.ok(waiters.every(({ state, heard }) => state === 'released' && heard === 1))
  t.equal(admission.inFlight, 0)
  t.equal(admission.queued, 0)
})

t.test('whoever is admitted may offer: the new one goes behind those who wait', async (t) => {
  const { admission, offer } = setUp({ limit: 1 })
  const running = offer()
  const order: string[] = []
  const made: Guest[] = []
  const onAdmit = (guest: Guest): void => {
    order.push(guest.name)
    if (guest.name === 'first') made.push(offer({}, { name: 'new', onAdmit }))
    guest.release()
  }
  offer({}, { name: 'first', onAdmit })
  offer({}, { name: 'second', onAdmit })
  running.release()
  t.same(order, ['first', 'second', 'new'])
  t.equal(made[0]?.heard, 1)
  t.equal(admission.inFlight, 0)
})

t.test('whoever is admitted may cancel those behind it', async (t) => {
  const { admission, offer } = setUp()
  const running = offer()
  const behind: Guest[] = []
  const first = offer(
    {},
    { onAdmit: () => behind.map((it) => admission.cancel(it.passage as never)) },
  )
  behind.push(offer(), offer())
  running.release()
  t.equal(admission.queued, 0)
  first.release()
  t.same(states(behind), ['left', 'left'])
  t.equal(admission.inFlight, 0)
})

t.test('whoever is admitted may close: those behind are refused, nobody starts', async (t) => {
  const { admission, offer, clock } = setUp({ limit: 2 })
  const running = [offer(), offer()]
  const first = offer({}, { onAdmit: () => admission.close() })
  const behind = [offer(), offer()]
  running[0]?.release()
  running[1]?.release()
  t.equal(first.state, 'running')
  t.same(states(behind), ['draining', 'draining'])
  t.equal(clock.pending, 0)
})

t.test('whoever expires may offer again, without end', async (t) => {
  const { admission, offer, clock } = setUp()
  const running = offer()
  let rejected = 0
  const onReject = (): void => {
    rejected += 1
    if (rejected < 20) offer({}, { onReject })
  }
  offer({}, { onReject })
  clock.advance(20 * 110)
  t.equal(rejected, 20)
  t.equal(admission.queued, 0)
  running.release()
})

t.test('one that expires as a permit comes free may take it, and no more than that', async (t) => {
  const { admission, offer, clock } = setUp({ limit: 1 })
  const running = offer()
  const made: Guest[] = []
  // Before the wheel's timer of the same instant.
  clock.schedule(50, () => running.release())
  const stale = offer({ deadlineMs: 50 }, { onReject: () => made.push(offer(), offer()) })
  clock.advance(50)
  t.equal(stale.state, 'expired')
  t.same(states(made), ['running', 'queued'])
  t.equal(admission.inFlight, 1)
})

t.test('one that makes way may offer: the room keeps its bound', async (t) => {
  const { admission, offer } = setUp({ queue: { maxQueued: 2 } })
  offer()
  const made: Guest[] = []
  const onReject = (): void => {
    made.push(offer({ tier: 'critical' }))
  }
  offer({ tier: 'opportunistic' }, { onReject })
  offer()
  const arrival = offer({ tier: 'critical' })
  t.same(states(made), ['queued'])
  t.equal(arrival.state, 'full', 'its place is taken')
  t.equal(admission.queued, 2)
})

t.test('one that makes way may free permits: the arrival hears once', async (t) => {
  const { offer } = setUp({ limit: 2, queue: { maxQueued: 1 } })
  const running = [offer(), offer()]
  const onReject = (): void => {
    for (const it of running) it.release()
  }
  offer({ tier: 'opportunistic' }, { onReject })
  const arrival = offer({ tier: 'critical' })
  t.equal(arrival.state, 'running')
  t.equal(arrival.heard, 1)
})

t.test('one that makes way may close: the arrival is refused, and no timer is left', async (t) => {
  const { admission, offer, clock } = setUp({ queue: { maxQueued: 1 } })
  offer()
  offer({ tier: 'opportunistic' }, { onReject: () => admission.close() })
  const arrival = offer({ tier: 'critical' })
  t.equal(arrival.state, 'draining')
  t.equal(admission.queued, 0)
  t.equal(clock.pending, 0)
})

t.test(
  'one that starts ahead of an arrival may close: the arrival is refused for that',
  async (t) => {
    const { admission, offer, clock, limit, pressure } = setUp({ limit: 1 })
    offer()
    offer({}, { onAdmit: () => admission.close() })
    limit.current = 2
    pressure.level = 1
    t.equal(offer().state, 'draining', 'and not as shed, which would be an overload')
    t.equal(clock.pending, 0)
  },
)

t.test('those refused by an update or a close may offer again', async (t) => {
  const { admission, offer } = setUp({ queue: { maxQueued: 10 } })
  offer()
  const made: Guest[] = []
  const onReject = (): void => {
    made.push(offer())
  }
  for (let count = 0; count < 5; count += 1) offer({}, { onReject })
  admission.update({ queue: { maxQueued: 2 } })
  t.equal(admission.queued, 2)
  admission.close()
  t.equal(admission.queued, 0)
  t.equal(made.length, 5)
  t.ok(made.every(({ heard }) => heard === 1))
})

t.test('one that throws as it is admitted gives its permit back, and others go on', async (t) => {
  const { admission, offer, clock, limit } = setUp()
  const running = offer()
  const thrower = offer({}, { onAdmit: fail })
  const behind = offer()
  running.release()
  t.same(states([running, thrower, behind]), ['released', 'released', 'running'])
  t.equal(admission.inFlight, 1)
  t.equal(limit.samples.length, 1, 'and teaches nothing')
  t.throws(() => clock.advance(0), { message: 'arrival' }, 'its error is not lost')
  behind.release()
  t.equal(admission.inFlight, 0)
})

t.test('one that throws after it has released does not release twice', async (t) => {
  const { admission, offer } = setUp({ limit: 2 })
  const [running] = [offer(), offer()]
  const onAdmit = (guest: Guest): void => {
    guest.release()
    fail()
  }
  offer({}, { onAdmit })
  running.release()
  t.equal(admission.inFlight, 1)
})

t.test('one that throws as it is refused holds up nobody', async (t) => {
  const { admission, offer, clock } = setUp()
  const running = offer()
  const throwers = Array.from({ length: 3 }, () => offer({}, { onReject: fail }))
  const others = Array.from({ length: 3 }, () => offer())
  let errors = 0
  for (let nowMs = 0; nowMs < 300; nowMs += 1) {
    try {
      clock.advance(1)
    } catch {
      errors += 1
    }
  }
  t.same(
    states([...throwers, ...others]),
    Array.from({ length: 6 }, () => 'expired'),
  )
  t.equal(errors, 3)
  t.equal(admission.queued, 0)
  running.release()
  t.equal(offer().state, 'running')
})

t.test('one that throws as it makes way does not fail the arrival, nor a close', async (t) => {
  const { admission, offer, clock } = setUp({ queue: { maxQueued: 2 } })
  const running = offer()
  offer({ tier: 'opportunistic' }, { onReject: fail })
  const [other, arrival] = [
    offer({ tier: 'critical' }, { onReject: fail }),
    offer({ tier: 'critical' }),
  ]
  t.equal(arrival.state, 'queued')
  const last = offer()
  t.equal(last.state, 'shed')
  admission.close()
  t.same(states([other, arrival]), ['draining', 'draining'])
  t.throws(() => clock.advance(0), { message: 'arrival' })
  running.release()
  t.equal(admission.inFlight, 0)
})

t.test('one that throws does not stop the pump of a dispatcher', async (t) => {
  const dispatcher = new ManualDispatcher()
  const { admission, offer } = setUp({ limit: 10, dispatcher })
  const guests = [offer({}, { onAdmit: fail }), offer(), offer()]
  t.equal(admission.pump(), 3)
  t.same(states(guests), ['released', 'running', 'running'])
  t.equal(admission.inFlight, 2)
})

function fail(): void {
  throw new Error('arrival')
}

function setUp(settings?: ConstructorParameters<typeof Harness>[0]) {
  const harness = new Harness(settings)
  return Object.assign(harness, { offer: harness.offer.bind(harness) })
}
