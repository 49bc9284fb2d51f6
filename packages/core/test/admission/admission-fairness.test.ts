import t from 'tap'
import { type Guest, Harness, ManualDispatcher, states } from './admission-harness.ts'

const ALONE = { maxInFlightRatio: 1 }

t.test('tenants take turns, whoever came first and whoever sent the most', async (t) => {
  const { offer, serve } = setUp()
  offer()
  for (let count = 0; count < 5; count += 1) offer({ tenant: 'noisy' }, { name: 'noisy' })
  for (let count = 0; count < 2; count += 1) offer({ tenant: 'quiet' }, { name: 'quiet' })
  t.same(serve(4), ['noisy', 'quiet', 'noisy', 'quiet'])
})

t.test('so do routes where nobody is named, and made-up names as far as they differ', async (t) => {
  const { offer, serve } = setUp()
  offer()
  for (let count = 0; count < 3; count += 1) offer({ flow: 'GET /dear' }, { name: 'dear' })
  offer({ flow: 'GET /cheap' }, { name: 'cheap' })
  offer({ anonymous: '10.0.0.1', flow: 'GET /dear' }, { name: 'anonymous' })
  t.same(serve(3), ['dear', 'cheap', 'anonymous'])
})

t.test('a tenant of more weight has as many more turns', async (t) => {
  const weight = (tenant: string): number => (tenant === 'heavy' ? 3 : 1)
  const { offer, serve } = setUp({ tenants: { ...ALONE, weight } })
  offer()
  for (let count = 0; count < 20; count += 1) {
    offer({ tenant: 'heavy' }, { name: 'heavy' })
    offer({ tenant: 'light' }, { name: 'light' })
  }
  const served = serve(20)
  t.equal(served.filter((name) => name === 'heavy').length, 15)
})

t.test('what is held longer is charged more', async (t) => {
  const { offer, clock } = setUp({
    tenants: ALONE,
    queue: { maxQueued: 400, maxQueuedPerTenant: 100, maxWaitMs: 60_000, order: 'fifo' },
  })
  let running = offer()
  const waiting: Guest[] = []
  for (let count = 0; count < 100; count += 1) {
    waiting.push(offer({ tenant: 'slow' }, { name: 'slow' }))
    waiting.push(offer({ tenant: 'quick' }, { name: 'quick' }))
  }
  clock.advance(30)
  const heldMs = new Map<string, number>()
  for (let count = 0; count < 80; count += 1) {
    running.release()
    running = waiting.find(({ state }) => state === 'running') as Guest
    const workMs = running.name === 'slow' ? 50 : 10
    heldMs.set(running.name, (heldMs.get(running.name) ?? 0) + workMs)
    clock.advance(workMs)
  }
  const ratio = (heldMs.get('slow') ?? 0) / (heldMs.get('quick') ?? 0)
  t.ok(ratio > 0.8 && ratio < 1.25, `${ratio}`)
})

t.test('in a full room the longest flow makes place for a shorter one', async (t) => {
  const { offer, admission } = setUp({ queue: { maxQueued: 10 }, shedAt: { important: 1 } })
  offer()
  const noisy = Array.from({ length: 10 }, () => offer({ flow: 'noisy' }))
  const quiet = offer({ tenant: 'quiet' })
  t.equal(quiet.state, 'queued')
  t.equal(noisy.at(-1)?.state, 'replaced', 'the newest of it')
  t.equal(admission.queued, 10)
  t.equal(offer({ flow: 'noisy' }).state, 'shed', 'the longest takes from nobody')
  t.same(admission.snapshot().rejected.important, { replaced: 1, shed: 1 })
})

t.test('so it does at the share of its tier', async (t) => {
  const { offer } = setUp({ queue: { maxQueued: 10 } })
  offer()
  const noisy = Array.from({ length: 8 }, () => offer({ flow: 'noisy' }))
  t.equal(offer({ flow: 'noisy' }).state, 'shed')
  t.equal(offer({ flow: 'quiet' }).state, 'queued')
  t.equal(noisy.at(-1)?.state, 'replaced')
})

t.test('among flows of much the same length nobody makes place', async (t) => {
  const { offer } = setUp({ queue: { maxQueued: 4 }, shedAt: { important: 1 } })
  offer()
  for (const flow of ['a', 'a', 'b', 'b']) offer({ flow })
  t.equal(offer({ flow: 'b' }).state, 'shed')
  t.equal(offer({ flow: 'c' }).state, 'queued', 'two are more than none')
  t.equal(offer({ flow: 'c' }).state, 'shed')
})

t.test('in a standing queue a newcomer finds a place', async (t) => {
  const { offer, clock, admission } = setUp({ queue: { maxQueued: 1_000, maxWaitMs: 1_000 } })
  offer()
  for (let count = 0; count < 20; count += 1) offer({ flow: 'noisy' })
  clock.advance(150)
  offer({ flow: 'noisy' })
  t.equal(admission.queued, 7, 'the line has been cut')
  for (let count = 0; count < 6; count += 1) {
    t.equal(offer({ flow: `quiet ${count}` }).state, 'queued', `quiet ${count}`)
    offer({ flow: 'noisy' })
  }
  t.ok(admission.queued <= 14)
})

t.test('a tenant may have so many waiting, in all tiers together', async (t) => {
  const { offer, limit, admission } = setUp({ queue: { maxQueuedPerTenant: 3 } })
  offer()
  for (const tier of ['critical', 'important', 'optional'] as const) offer({ tenant: 'a', tier })
  t.equal(offer({ tenant: 'a', tier: 'critical' }).state, 'tenant-full')
  t.equal(offer({ tenant: 'b' }).state, 'queued')
  for (let count = 0; count < 5; count += 1) t.equal(offer({ flow: 'r' }).state, 'queued')
  t.equal(limit.rejected, 0, 'its own bound is no want of capacity')
  t.equal(admission.snapshot().overloaded, false)
})

t.test('where the newest are served first, its own oldest makes place instead', async (t) => {
  const { offer } = setUp({ queue: { maxQueuedPerTenant: 2, order: 'lifo' } })
  offer()
  const [oldest, older] = [offer({ tenant: 'a' }), offer({ tenant: 'a' })]
  t.equal(offer({ tenant: 'a' }).state, 'queued')
  t.same(states([oldest, older]), ['replaced', 'queued'])
})

t.test(
  'a tenant may have so many in flight: others pass it, and it is in turn again',
  async (t) => {
    const { offer, admission } = setUp({ limit: 4 })
    const running = [offer({ tenant: 'a' }), offer({ tenant: 'a' })]
    const waiting = [offer({ tenant: 'a' }), offer({ tenant: 'a', tier: 'critical' })]
    t.same(states(waiting), ['queued', 'queued'])
    t.equal(admission.isRunnable, false, 'nobody is to be woken for them')
    t.same(states([offer({ tenant: 'b' }), offer()]), ['running', 'running'])
    running[0]?.release()
    t.same(states(waiting), ['queued', 'running'])
    running[1]?.release()
    t.same(states(waiting), ['running', 'running'])
    t.equal(admission.inFlight, 4)
  },
)

t.test('nor does it get more without waiting', async (t) => {
  const { offer, admission } = setUp({ limit: 4 })
  offer({ tenant: 'a' })
  offer({ tenant: 'a' })
  const decision = admission.tryAcquire({ tenant: 'a' })
  t.equal(decision.admitted ? 'admitted' : decision.reason, 'tenant-full')
  t.equal(admission.tryAcquire({ tenant: 'b' }).admitted, true)
  const none = setUp({ limit: 2, queue: false })
  none.offer({ tenant: 'a' })
  t.equal(none.offer({ tenant: 'a' }).state, 'tenant-full')
})

t.test('a limit that grows brings it back into turn', async (t) => {
  const { offer, limit } = setUp({ limit: 2 })
  const other = offer()
  offer({ tenant: 'a' })
  const waiter = offer({ tenant: 'a' })
  limit.next = 4
  other.permit?.sample('success')
  t.equal(waiter.state, 'running')
})

t.test('and so does a new bound', async (t) => {
  const { offer, admission } = setUp({ limit: 2 })
  offer({ tenant: 'a' })
  const waiter = offer({ tenant: 'a' })
  t.equal(waiter.state, 'queued')
  admission.update({ tenants: ALONE })
  t.equal(waiter.state, 'running')
})

t.test('with a dispatcher too, those out of turn do not keep it awake', async (t) => {
  const dispatcher = new ManualDispatcher()
  const { offer, admission } = setUp({ limit: 4, dispatcher })
  const guests = Array.from({ length: 4 }, () => offer({ tenant: 'a' }))
  t.equal(admission.pump(), 2)
  t.equal(admission.isRunnable, false)
  const { woken } = dispatcher
  guests[0]?.release()
  t.ok(dispatcher.woken > woken)
  t.equal(admission.pump(), 1)
})

t.test(
  'a wide request keeps what is free, and nobody of its tier or below passes it',
  async (t) => {
    const { offer, admission } = setUp({ limit: 4, maxCost: 4 })
    const running = Array.from({ length: 3 }, () => offer())
    const wide = offer({ cost: 3 })
    const [narrow, lower] = [offer(), offer({ tier: 'optional' })]
    t.same(states([wide, narrow, lower]), ['queued', 'queued', 'queued'])
    t.equal(admission.isRunnable, false)
    t.equal(admission.tryAcquire().admitted, false)
    t.equal(offer({ tier: 'critical' }).state, 'running', 'who is more important does')
    for (const guest of running.slice(0, 2)) guest.release()
    t.equal(wide.state, 'queued')
    running[2]?.release()
    t.same(states([wide, narrow]), ['running', 'queued'])
    t.equal(admission.inFlight, 4)
    wide.release()
    t.same(states([narrow, lower]), ['running', 'running'])
  },
)

t.test('when it leaves, others have what was kept for it', async (t) => {
  for (const how of ['cancel', 'expire'] as const) {
    const { offer, admission, clock } = setUp({ limit: 4, maxCost: 4 })
    for (let count = 0; count < 3; count += 1) offer()
    const wide = offer({ cost: 3, deadlineMs: 20 })
    const narrow = offer()
    if (how === 'cancel') admission.cancel(wide.passage as never)
    else clock.advance(30)
    t.equal(narrow.state, 'running', how)
  }
})

t.test('one wider than the limit runs alone, and all permits come back', async (t) => {
  const { offer, admission, limit } = setUp({ limit: 8, maxCost: 8 })
  const first = offer()
  const wide = offer({ cost: 8, tenant: 'wide' })
  limit.current = 4
  first.release()
  t.equal(wide.state, 'running')
  t.equal(admission.inFlight, 8)
  const waiter = offer()
  wide.release()
  wide.release()
  t.equal(waiter.state, 'running')
  t.equal(admission.inFlight, 1)
})

t.test('a tenant is charged for its permits, and has them all back', async (t) => {
  const { offer, admission } = setUp({ limit: 8, maxCost: 3 })
  const [wide, narrow] = [offer({ tenant: 'a', cost: 3 }), offer({ tenant: 'a' })]
  t.equal(offer({ tenant: 'a' }).state, 'queued', 'half of eight are in flight')
  wide.release()
  t.equal(admission.inFlight, 2)
  t.equal(offer({ tenant: 'a', cost: 2 }).state, 'running')
  narrow.release()
})

t.test('costs are integers from 1, and bounded', async (t) => {
  const cases: readonly (readonly [unknown, number, number, number])[] = [
    [undefined, 1, 0, 0],
    [1, 1, 0, 0],
    [3, 3, 0, 0],
    [4, 3, 0, 1],
    [1e300, 3, 0, 1],
    [Number.POSITIVE_INFINITY, 3, 0, 1],
    [0, 1, 1, 0],
    [-1, 1, 1, 0],
    [1.5, 1, 1, 0],
    [Number.NaN, 1, 1, 0],
    ['2', 1, 1, 0],
    [null, 1, 1, 0],
  ]
  for (const [cost, taken, malformed, clamped] of cases) {
    // By default at most 0.15 of the limit.
    const { offer, admission } = setUp({ limit: 20 })
    offer({ cost: cost as number })
    const { inFlight, malformed: counted, clampedCosts } = admission.snapshot()
    t.same([inFlight, counted, clampedCosts], [taken, malformed, clamped], String(cost))
  }
})

t.test('a deadline that will pass before its turn is refused at the door', async (t) => {
  const { offer, clock, admission, limit } = setUp({
    queue: { maxWaitMs: 1_000, maxQueued: 100, order: 'fifo' },
  })
  let running = offer()
  const waiters = Array.from({ length: 30 }, () => offer({ flow: 'noisy' }))
  for (const waiter of waiters.slice(0, 10)) {
    clock.advance(10)
    running.release()
    running = waiter
  }
  t.equal(admission.snapshot().drainPerSecond, 100)
  t.equal(offer({ flow: 'noisy', deadlineMs: 150 }).state, 'doomed')
  t.equal(offer({ flow: 'noisy', deadlineMs: 500 }).state, 'queued')
  t.equal(offer({ flow: 'other', deadlineMs: 50 }).state, 'queued', 'its own turn comes soon')
  t.equal(admission.snapshot().overloaded, false, 'the deadline is its own')
  t.equal(limit.rejected, 0)
  t.equal(offer({ tier: 'critical', deadlineMs: 5 }).state, 'queued')
})

t.test('with permits free for all who wait, no deadline is too near', async (t) => {
  const { offer, clock, admission } = setUp({ limit: 2, dispatcher: new ManualDispatcher() })
  const guests = Array.from({ length: 30 }, () => offer())
  for (let count = 0; count < 6; count += 1) {
    clock.advance(12)
    admission.pump()
    for (const guest of guests) guest.release()
  }
  t.ok(admission.snapshot().drainPerSecond > 0)
  clock.advance(500)
  t.equal(admission.queued, 0)
  t.same(states([offer({ deadlineMs: 0.1 }), offer({ deadlineMs: 0.1 })]), ['queued', 'queued'])
  t.equal(offer({ deadlineMs: 0.1 }).state, 'doomed')
})

t.test('names that make no sense are passed over, and counted', async (t) => {
  const { offer, admission } = setUp({ limit: 100 })
  const odd: unknown[] = [42, null, {}, [], true, Symbol('x'), () => 'x']
  for (const tenant of odd) t.equal(offer({ tenant: tenant as string }).state, 'running')
  t.equal(offer({ tenant: '' }).state, 'running')
  t.equal(offer({ tenant: 'x'.repeat(1e5) }).state, 'running')
  t.equal(offer({ tenant: '__proto__' }).state, 'running')
  t.equal(admission.snapshot().malformed, odd.length)
})

t.test('a tenant leaves nothing behind, however it leaves', async (t) => {
  const { offer, admission, clock } = setUp({ limit: 2, queue: { maxQueued: 4 } })
  const guests = Array.from({ length: 12 }, (_, index) =>
    offer({ tenant: `t${index}`, deadlineMs: index % 3 === 0 ? 50 : undefined }),
  )
  for (const { passage } of guests.slice(4, 6)) if (passage) admission.cancel(passage)
  clock.advance(300)
  for (let round = 0; round < 12; round += 1) for (const guest of guests) guest.release()
  const { flows, debtors, inFlight, queued } = admission.snapshot()
  t.same({ flows, debtors, inFlight, queued }, { flows: 0, debtors: 0, inFlight: 0, queued: 0 })
})

t.test('leaving does not wipe out what a tenant owes, while others are there', async (t) => {
  const { offer, clock, admission } = setUp({ limit: 2, queue: { maxWaitMs: 10_000 } })
  const other = offer()
  const dear = offer({ tenant: 'dear' })
  clock.advance(10)
  other.release()
  const stays = offer()
  clock.advance(990)
  dear.release()
  t.equal(admission.snapshot().debtors, 1)
  const filler = offer({ tenant: 'filler' })
  const back = offer({ tenant: 'dear' })
  const cheap = [offer({ tenant: 'cheap' }), offer({ tenant: 'cheap' })]
  filler.release()
  t.same(states([back, ...cheap]), ['queued', 'running', 'queued'])
  cheap[0]?.release()
  t.same(states([back, ...cheap]), ['queued', 'released', 'running'])
  stays.release()
})

t.test('closing and draining while loaded leave no flow', async (t) => {
  for (const how of ['close', 'drain'] as const) {
    const { offer, admission } = setUp({ limit: 4 })
    const guests = Array.from({ length: 30 }, (_, index) => offer({ tenant: `t${index % 5}` }))
    let idle = 0
    if (how === 'close') admission.close()
    admission.drain(() => {
      idle += 1
    })
    for (let round = 0; round < 30; round += 1) for (const guest of guests) guest.release()
    t.equal(idle, 1, how)
    t.equal(admission.snapshot().flows, 0)
  }
})

t.test('a smaller room lets go of the least important, from its longest flow', async (t) => {
  const { offer, admission } = setUp({ queue: { maxQueued: 20 } })
  offer()
  const optional = ['a', 'b', 'b'].map((tenant) => offer({ tenant, tier: 'optional' }))
  const important = ['a', 'c', 'c', 'c'].map((tenant) => offer({ tenant }))
  admission.update({ queue: { maxQueued: 6 } })
  t.same(states(optional), ['queued', 'queued', 'full'])
  admission.update({ queue: { maxQueued: 3 } })
  t.same(states(optional), ['full', 'full', 'full'])
  t.same(states(important), ['queued', 'queued', 'queued', 'full'])
  admission.update({ queue: { maxQueued: 2 } })
  t.same(states(important), ['queued', 'queued', 'full', 'full'])
})

/** A harness whose methods can be taken out of it. */
function setUp(settings?: ConstructorParameters<typeof Harness>[0]) {
  const harness = new Harness(settings)
  const guests: Guest[] = []
  const offerOne = harness.offer.bind(harness)
  const offer = (...args: Parameters<Harness['offer']>): Guest => {
    const guest = offerOne(...args)
    guests.push(guest)
    return guest
  }
  /** Who is served next, one after the other. */
  const serve = (times: number): string[] =>
    Array.from({ length: times }, () => {
      guests.find(({ state }) => state === 'running')?.release()
      return guests.find(({ state }) => state === 'running')?.name as string
    })
  return Object.assign(harness, { offer, serve })
}
