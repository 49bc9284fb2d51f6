import t from 'tap'
import { TIERS } from '../../src/shed/tier.ts'
import { Harness, states } from './admission-harness.ts'

t.test('admits at once while permits are free, with nobody told later', async (t) => {
  const { admission, offer, clock } = setUp({ limit: 2 })
  const [a, b] = [offer(), offer()]
  t.same(states([a, b]), ['running', 'running'])
  t.equal(admission.inFlight, 2)
  t.equal(a.heard, 1)
  t.equal(a.permit, a.passage)
  t.equal(clock.pending, 0, 'and with no timer')
})

t.test(
  'with a slot free nobody is shed, whatever the pressure short of the hard line',
  async (t) => {
    const { offer, pressure } = setUp({ limit: 4 })
    pressure.level = 1
    for (const tier of TIERS) t.equal(offer({ tier }).state, 'running', tier)
  },
)

t.test('the steps come in order: draining, pressure, cancelled, expired, room', async (t) => {
  const { offer, pressure, admission } = setUp({ limit: 1, queue: { maxQueued: 1 } })
  const dead = { signal: { aborted: true }, deadlineMs: 0, tier: 'optional' } as const
  offer()
  offer()
  t.equal(offer({ deadlineMs: 0 }).state, 'expired')
  t.equal(offer({ deadlineMs: 0, signal: { aborted: true } }).state, 'cancelled')
  t.equal(offer({ ...dead, tier: 'critical' }).state, 'cancelled')
  pressure.isHard = true
  t.equal(offer(dead).state, 'pressure')
  t.equal(offer({ ...dead, tier: 'critical' }).state, 'cancelled')
  admission.drain(() => {})
  t.equal(offer(dead).state, 'draining')
  t.equal(offer({ tier: 'critical' }).state, 'draining')
})

t.test('past the hard line only critical is let in, free permits or not', async (t) => {
  const { offer, pressure, admission } = setUp({ limit: 10 })
  pressure.isHard = true
  t.same(
    TIERS.map((tier) => offer({ tier }).state),
    ['running', 'pressure', 'pressure', 'pressure'],
  )
  t.equal(offer().state, 'pressure')
  const decision = admission.tryAcquire()
  t.equal(decision.admitted ? 'admitted' : decision.reason, 'pressure')
})

t.test('the guard refuses only what is refused whatever else is known', async (t) => {
  const { admission, offer, pressure } = setUp({ queue: { maxQueued: 1 } })
  offer()
  offer()
  t.equal(admission.refuseAtDoor(), undefined, 'the room is not its business')
  t.equal(admission.refuseAtDoor({ deadlineMs: 0 })?.reason, 'expired')
  pressure.isHard = true
  t.equal(admission.refuseAtDoor({ tier: 'critical' }), undefined)
  t.equal(admission.refuseAtDoor()?.reason, 'pressure')
  admission.close()
  t.equal(admission.refuseAtDoor({ tier: 'critical' })?.reason, 'draining')
  t.same(admission.snapshot().rejected.important, { expired: 1, pressure: 1, draining: 1 })
})

t.test('a released permit goes to the oldest waiter at once', async (t) => {
  const { offer, clock } = setUp()
  const [running, first, second] = [offer(), offer(), offer()]
  t.same(states([first, second]), ['queued', 'queued'])
  clock.advance(30)
  running.release()
  t.same(states([running, first, second]), ['released', 'running', 'queued'])
  t.equal(first.permit?.waitedMs, 30)
  t.equal(first.heardAtMs, 30)
  first.release()
  t.equal(second.state, 'running')
})

t.test('a more important waiter goes first', async (t) => {
  const { offer } = setUp()
  const running = offer()
  const guests = [...TIERS].reverse().map((tier) => offer({ tier }))
  const order: (string | undefined)[] = []
  for (let now = running; order.length < 4; ) {
    now.release()
    now = guests.find(({ state }) => state === 'running') as typeof now
    order.push(now.permit?.tier)
  }
  t.same(order, TIERS)
})

t.test('nobody waits longer than maxWaitMs, and hears within two slots', async (t) => {
  const { offer, clock, admission } = setUp({ queue: { maxWaitMs: 40 } })
  offer()
  clock.advance(7)
  const waiter = offer()
  clock.advance(39.9)
  t.equal(waiter.state, 'queued')
  clock.advance(8.1)
  t.equal(waiter.state, 'expired')
  t.equal(waiter.heard, 1)
  t.equal(admission.queued, 0)
})

t.test('nor beyond its own deadline', async (t) => {
  const { offer, clock } = setUp()
  const running = offer()
  const [soon, later] = [offer({ deadlineMs: 10 }), offer({ deadlineMs: 5_000 })]
  clock.advance(18)
  t.same(states([soon, later]), ['expired', 'queued'])
  clock.advance(90)
  t.equal(later.state, 'expired', 'maxWaitMs still holds')
  running.release()
  t.equal(soon.heard + later.heard, 2)
})

t.test('one whose time is up does not run, though no timer has told it yet', async (t) => {
  const { offer, clock } = setUp()
  const running = offer()
  const before: string[] = []
  // Before the wheel's timer of the same instant.
  clock.schedule(50, () => {
    before.push(stale.state)
    running.release()
  })
  const [stale, fresh] = [offer({ deadlineMs: 50 }), offer()]
  clock.advance(50)
  t.same(before, ['queued'])
  t.same(states([stale, fresh]), ['expired', 'running'])
})

t.test(
  'a cancelled waiter leaves at once, hears nothing, and makes room for the next',
  async (t) => {
    const { offer, admission } = setUp({ queue: { maxQueued: 2 }, shedAt: { important: 1 } })
    const running = offer()
    const [gone, stays] = [offer(), offer()]
    t.equal(offer().state, 'shed')
    t.equal(admission.cancel(gone.passage as never), true)
    t.equal(admission.cancel(gone.passage as never), false)
    t.equal(admission.queued, 1)
    t.equal(offer().state, 'queued')
    running.release()
    t.equal(gone.heard, 0)
    t.equal(stays.state, 'running')
    t.equal(admission.cancel(stays.passage as never), false, 'one that runs is no longer cancelled')
    t.equal(stays.state, 'running')
    t.same(admission.snapshot().rejected.important, { cancelled: 1, shed: 1 })
  },
)

t.test('in a full room a critical arrival takes the place of the least important', async (t) => {
  const { offer } = setUp({ queue: { maxQueued: 3 } })
  offer()
  const [opportunistic, optional] = [offer({ tier: 'opportunistic' }), offer({ tier: 'optional' })]
  const important = offer()
  t.equal(important.state, 'queued')
  const criticals = [1, 2, 3].map(() => offer({ tier: 'critical' }))
  t.same(states([opportunistic, optional, important]), ['evicted', 'evicted', 'evicted'])
  t.same(states(criticals), ['queued', 'queued', 'queued'])
  t.equal(offer({ tier: 'critical' }).state, 'full', 'a room full of critical is full')
})

t.test('a standing queue that refuses is served newest first, until it is empty', async (t) => {
  const { offer, clock } = setUp({ queue: { maxWaitMs: 1_000 } })
  let running = offer()
  const old = Array.from({ length: 7 }, () => offer())
  clock.advance(101)
  const waiters = [...old, offer()]
  clock.advance(60)
  waiters.push(offer())
  t.same(states(old.slice(0, 3)), ['replaced', 'replaced', 'queued'])
  // It has stood for so long that nothing of it is run down any more.
  clock.advance(50)
  const next = (): number => {
    running.release()
    running = waiters.find(({ state }) => state === 'running') as typeof running
    return waiters.indexOf(running)
  }
  t.same(
    waiters.slice(2).map(() => next()),
    [8, 7, 6, 5, 4, 3, 2],
  )
  const [first, second] = [offer(), offer()]
  running.release()
  t.same(states([first, second]), ['running', 'queued'], 'oldest first again')
})

t.test('without a queue a request runs now or is refused', async (t) => {
  const { offer, admission } = setUp({ limit: 10, queue: false })
  t.same(states(Array.from({ length: 3 }, () => offer({ tier: 'opportunistic' }))), [
    'running',
    'running',
    'shed',
  ])
  t.same(states(Array.from({ length: 7 }, () => offer())), [
    ...Array.from({ length: 6 }, () => 'running'),
    'shed',
  ])
  t.same(states(Array.from({ length: 3 }, () => offer({ tier: 'critical' }))), [
    'running',
    'running',
    'full',
  ])
  t.equal(admission.queued, 0)
})

t.test('tryAcquire never waits, and passes nobody', async (t) => {
  const { offer, admission } = setUp({ limit: 1 })
  const decision = admission.tryAcquire({ tier: 'optional' })
  t.ok(decision.admitted && decision.permit.tier === 'optional')
  const waiter = offer()
  const refused = admission.tryAcquire({ tier: 'critical' })
  t.same(refused, { admitted: false, reason: 'full', retryAfterMs: 1_000 })
  if (decision.admitted) decision.permit.release()
  t.equal(waiter.state, 'running')
})

t.test('a permit released twice counts once', async (t) => {
  const { offer, admission, limit } = setUp({ limit: 2 })
  const [a, b] = [offer(), offer()]
  const waiters = [offer(), offer()]
  a.release()
  a.release()
  a.permit?.sample('overload')
  t.same(states(waiters), ['running', 'queued'])
  t.equal(admission.inFlight, 2)
  t.equal(limit.samples.length, 1)
  b.release()
  t.equal(waiters[1]?.state, 'running')
})

t.test('the sample is what was learnt first, with the crowd at the start', async (t) => {
  const { offer, clock, limit } = setUp({ limit: 3 })
  const [a, b, c] = [offer(), offer(), offer()]
  clock.advance(5)
  b.permit?.sample('success')
  clock.advance(5)
  b.release()
  a.permit?.release('overload')
  c.permit?.release('ignore')
  t.same(limit.samples, [
    { startNs: 0, latencyNs: 5e6, inFlight: 2, overloaded: false },
    { startNs: 0, latencyNs: 10e6, inFlight: 1, overloaded: true },
  ])
})

t.test('latency counts from the start of the work, not from the door', async (t) => {
  const { offer, clock, limit } = setUp()
  const running = offer()
  const waiter = offer()
  clock.advance(40)
  running.release()
  clock.advance(10)
  waiter.release()
  t.match(limit.samples[1], { startNs: 40e6, latencyNs: 10e6 })
})

t.test('the limit hears of those that found no permit, not of those that went away', async (t) => {
  const { offer, admission, limit } = setUp({ limit: 1, queue: { maxQueued: 1 } })
  offer({ deadlineMs: 0 })
  t.equal(limit.rejected, 0, 'a permit was free')
  offer()
  const waiter = offer()
  t.equal(limit.rejected, 0, 'waiting is no refusal')
  offer()
  admission.tryAcquire()
  t.equal(limit.rejected, 2)
  offer({ signal: { aborted: true } })
  admission.cancel(waiter.passage as never)
  admission.close()
  offer()
  t.equal(limit.rejected, 2)
})

t.test('who brings a deadline too near to wait for is no sign of overload', async (t) => {
  const { offer, limit, admission, clock } = setUp({ limit: 1, queue: { maxWaitMs: 100 } })
  const running = offer()
  t.equal(offer({ deadlineMs: 0 }).state, 'expired')
  const waiter = offer({ deadlineMs: 99.9 })
  clock.advance(108)
  t.equal(waiter.state, 'expired')
  t.equal(limit.rejected, 0)
  t.equal(admission.snapshot().overloaded, false)
  const [patient, other] = [offer({ deadlineMs: 100 }), offer()]
  clock.advance(108)
  t.same(states([patient, other]), ['expired', 'expired'])
  t.equal(limit.rejected, 2, 'who waits as long as anybody may does count')
  t.equal(admission.snapshot().overloaded, true)
  running.release()
})

t.test('nor does it count when it is noticed as its turn comes', async (t) => {
  const { offer, limit, clock } = setUp({ limit: 1 })
  const running = offer()
  clock.schedule(50, () => running.release())
  const stale = offer({ deadlineMs: 50 })
  clock.advance(50)
  t.equal(stale.state, 'expired')
  t.equal(limit.rejected, 0)
})

t.test('whoever listens hears of every release, sampled before or not', async (t) => {
  const { offer, clock, events } = setUp({ limit: 2, perRequest: true })
  const [sampled, plain] = [offer(), offer()]
  clock.advance(7)
  sampled.permit?.sample('success')
  sampled.permit?.release('ignore')
  plain.permit?.release('overload')
  t.same(
    events.filter(({ type }) => type === 'released'),
    [
      { type: 'released', tier: 'important', pool: 'default', outcome: 'ignore', heldMs: 7 },
      { type: 'released', tier: 'important', pool: 'default', outcome: 'overload', heldMs: 7 },
    ],
  )
})

t.test('a limit that grows wakes as many as fit', async (t) => {
  const { offer, offerMany, limit, events } = setUp({ limit: 1 })
  const running = offer()
  const waiters = offerMany(5)
  limit.next = 4
  running.permit?.sample('success')
  t.same(states(waiters), ['running', 'running', 'running', 'queued', 'queued'])
  t.same(events, [{ type: 'limit', from: 1, to: 4, state: limit.snapshot() }])
})

t.test('a limit that shrinks preempts nobody, and starts nobody until there is room', async (t) => {
  const { offer, offerMany, limit, admission } = setUp({ limit: 4 })
  const running = offerMany(4)
  const waiter = offer()
  limit.next = 2
  running[0]?.release()
  t.equal(admission.inFlight, 3)
  t.equal(waiter.state, 'queued')
  running[1]?.release()
  t.equal(waiter.state, 'queued')
  running[2]?.release()
  t.equal(waiter.state, 'running')
  t.equal(admission.inFlight, 2)
})

t.test('a limit that grew by itself is noticed by the next arrival, which goes last', async (t) => {
  const { offer, offerMany, limit } = setUp({ limit: 1, queue: { maxWaitMs: 1_000 } })
  offer()
  const waiters = offerMany(2)
  limit.current = 4
  const arrival = offer()
  t.same(states([...waiters, arrival]), ['running', 'running', 'running'])
  t.equal(arrival.heard, 1, 'and hears once')
  t.equal(offer().state, 'queued')
})

t.test('a limit that shrank by itself and grows back with a sample wakes waiters', async (t) => {
  const { offer, offerMany, limit } = setUp({ limit: 4 })
  const running = offer()
  limit.current = 1
  const waiters = offerMany(3)
  limit.next = 4
  running.permit?.sample('success')
  t.same(states(waiters), ['running', 'running', 'running'])
})

t.test('an update takes effect at once, for those who wait too', async (t) => {
  const { offer, offerMany, admission, clock } = setUp({ queue: { maxQueued: 10 } })
  const running = offer()
  const waiters = offerMany(4)
  admission.update({ queue: { maxQueued: 2, maxWaitMs: 10 } })
  t.same(states(waiters), ['queued', 'queued', 'full', 'full'])
  t.equal(admission.snapshot().maxQueued, 2)
  admission.update({ queue: false })
  t.same(states(waiters), ['full', 'full', 'full', 'full'])
  running.release()
  t.equal(offer().state, 'running')
  t.equal(offer().state, 'full')
  admission.update({})
  t.equal(offer().state, 'full', 'what is not named stays')
  admission.update({ queue: undefined })
  t.equal(offer().state, 'queued')
  clock.advance(300)
  t.equal(admission.queued, 0)
})

t.test('a new maximum wait is for new waiters', async (t) => {
  const { offer, admission, clock } = setUp()
  offer()
  const before = offer()
  admission.update({ queue: { maxWaitMs: 10 } })
  const after = offer()
  clock.advance(50)
  t.same(states([before, after]), ['queued', 'expired'])
})

t.test('a snapshot is plain JSON and says it all', async (t) => {
  const { offer, admission, clock, pressure } = setUp({ limit: 1, queue: { maxQueued: 10 } })
  offer({ tier: 'critical' })
  offer({ tier: 'optional' })
  offer({ tier: 'nonsense' as never, deadlineMs: 'soon' as never })
  offer({ deadlineMs: 0 })
  clock.advance(1)
  pressure.level = 0.25
  const snapshot = admission.snapshot()
  t.same(JSON.parse(JSON.stringify(snapshot)), snapshot)
  t.same(snapshot, {
    limit: 1,
    inFlight: 1,
    queued: 2,
    queuedByTier: { critical: 0, important: 1, optional: 1, opportunistic: 0 },
    maxQueued: 10,
    drainPerSecond: 0,
    pressure: 0.25,
    overloaded: false,
    draining: false,
    admitted: { critical: 1, important: 0, optional: 0, opportunistic: 0 },
    rejected: { critical: {}, important: { expired: 1 }, optional: {}, opportunistic: {} },
    pools: {
      default: {
        inFlight: 1,
        queued: 2,
        least: 1,
        most: 1,
        maxQueued: 10,
        drainPerSecond: 0,
        admitted: { critical: 1, important: 0, optional: 0, opportunistic: 0 },
        rejected: { critical: {}, important: { expired: 1 }, optional: {}, opportunistic: {} },
      },
    },
    malformed: 2,
    clampedCosts: 0,
    flows: 3,
    debtors: 0,
    limitState: { limit: 1 },
    options: {
      'queue.maxQueued': 10,
      'queue.maxWaitMs': 100,
      'queue.maxQueuedPerTenant': 'default',
      'queue.order': 'auto',
      'queue.codel': false,
      'shedAt.important': 0.8,
      'shedAt.optional': 0.5,
      'shedAt.opportunistic': 0.2,
      shedding: 'threshold',
      'tenants.maxInFlightRatio': 0.5,
      'tenants.weight': 'default',
      'tenants.chargeBy': 'slot-time',
      maxCost: 'default',
      rate: false,
    },
  })
})

t.test('options are told as they are now', async (t) => {
  const { admission } = setUp({
    queue: false,
    pools: { reports: { minRatio: 0.25 } },
    rate: [{ refillPerSecond: 5, per: 'tenant' }, { refillPerSecond: 50 }],
  })
  t.match(admission.snapshot().options, {
    queue: false,
    'pools.reports.minRatio': 0.25,
    'pools.default.maxRatio': 1,
    'rate.tenant.refillPerSecond': 5,
    'rate.all.refillPerSecond': 50,
  })
  admission.update({ queue: { maxWaitMs: 7 }, maxCost: 3, rate: undefined })
  t.match(admission.snapshot().options, { 'queue.maxWaitMs': 7, maxCost: 3, rate: false })
  t.throws(() => admission.update({ maxCost: 0 }))
  t.equal(admission.snapshot().options.maxCost, 3)
})

t.test('retryAfterMs follows the backlog and the measured drain', async (t) => {
  const { offer, offerMany, clock, admission } = setUp({
    queue: { maxQueued: 1_000, maxWaitMs: 60_000, order: 'fifo' },
    shedAt: { important: 1 },
  })
  let running = offer()
  const waiters = offerMany(1_000)
  for (const waiter of waiters.slice(0, 100)) {
    clock.advance(10)
    running.release()
    running = waiter
  }
  t.equal(admission.snapshot().drainPerSecond, 100)
  offerMany(100)
  t.equal(offer().rejection?.retryAfterMs, 10_010)
})

t.test('events come when the state is consistent: a listener may call back in', async (t) => {
  const seen: string[] = []
  const harness = setUp({ limit: 1, perRequest: true, queue: { maxQueued: 1 } })
  const { events, admission, offer, clock } = harness
  const push = events.push.bind(events)
  events.push = (event) => {
    const { inFlight, queued, admitted, rejected } = admission.snapshot()
    const decided = Object.values(admitted).reduce((sum, count) => sum + count, 0)
    const refused = Object.values(rejected).flatMap((reasons) => Object.values(reasons))
    const sum = refused.reduce((total, count) => total + count, 0)
    seen.push(`${event.type} ${inFlight} ${queued} ${decided} ${sum}`)
    return push(event)
  }
  const running = offer()
  offer()
  offer()
  clock.advance(5)
  running.release()
  t.same(seen, [
    'admitted 1 0 1 0',
    'overload 1 1 1 1',
    'rejected 1 1 1 1',
    'released 0 1 1 1',
    'admitted 1 0 2 1',
  ])
})

/** A harness whose methods can be taken out of it. */
function setUp(settings?: ConstructorParameters<typeof Harness>[0]) {
  const harness = new Harness(settings)
  return Object.assign(harness, {
    offer: harness.offer.bind(harness),
    offerMany: harness.offerMany.bind(harness),
  })
}
