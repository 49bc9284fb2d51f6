import t from 'tap'
import {
  type Guest,
  Harness,
  ManualDispatcher,
  ScriptedLimit,
  states,
} from './admission-harness.ts'

const LONG = { queue: { maxWaitMs: 60_000, order: 'fifo' } } as const

t.test('without pools there is one, and its name is default', async (t) => {
  const { admission, offer } = bind(new Harness({ limit: 2 }))
  t.same(admission.poolNames, ['default'])
  offer({ pool: 'default' })
  t.equal(admission.snapshot().malformed, 0)
  offer({ pool: 'search' })
  t.equal(admission.snapshot().malformed, 1)
  t.match(admission.snapshot().pools, { default: { inFlight: 2, least: 2, most: 2 } })
})

t.test('a pool whose work hangs takes no more than its maximum, and holds up nobody', async (t) => {
  const pools = { search: { maxRatio: 0.3 } }
  const { admission, offerMany } = bind(new Harness({ limit: 10, pools, ...LONG }))
  const hanging = offerMany(20, { pool: 'search' })
  t.equal(admission.snapshot().pools.search?.inFlight, 3)
  const others = offerMany(7)
  t.same(states(others), Array(7).fill('running'))
  others[0]?.release()
  t.equal(admission.inFlight, 9, 'what is free is not for the pool at its maximum')
  t.equal(states(hanging).filter((state) => state === 'running').length, 3)
})

t.test('a pool borrows what is idle, and its owner has it as it comes back', async (t) => {
  const pools = { checkout: { minRatio: 0.3 } }
  const { admission, offerMany } = bind(new Harness({ limit: 10, pools, ...LONG }))
  const others = offerMany(20)
  t.equal(admission.inFlight, 7, 'three are kept for those who have a right to them')
  const owners = offerMany(5, { pool: 'checkout' })
  t.same(states(owners), ['running', 'running', 'running', 'queued', 'queued'])
  owners[0]?.release()
  t.equal(owners[3]?.state, 'running', 'within its minimum it goes first')
  others[0]?.release()
  t.match(admission.snapshot().pools, { checkout: { inFlight: 3 }, default: { inFlight: 7 } })
})

t.test('what is nobody’s by right is shared by weight', async (t) => {
  const pools = { a: { weight: 3 }, b: { weight: 1 } }
  const harness = new Harness({ limit: 1, pools, tenants: { chargeBy: 'cost' }, ...LONG })
  const { offer, offerMany } = bind(harness)
  const first = offer()
  const order: string[] = []
  for (const pool of ['a', 'b']) {
    for (let count = 0; count < 20; count += 1) {
      const onAdmit = (guest: Guest): void => {
        order.push(pool)
        guest.release()
      }
      harness.offer({ pool }, { onAdmit })
    }
  }
  first.release()
  const served = order.slice(0, 16).filter((pool) => pool === 'a').length
  t.ok(served >= 11 && served <= 13, `${served} of 16`)
  t.same(states(offerMany(1)), ['running'])
})

t.test('pools share time, not numbers, unless they are charged by cost', async (t) => {
  for (const [chargeBy, least, most] of [
    ['slot-time', 7, 13],
    ['cost', 0.8, 1.2],
  ] as const) {
    const pools = { slow: {}, quick: {} }
    const harness = new Harness({ limit: 1, pools, tenants: { chargeBy }, ...LONG })
    const served = { slow: 0, quick: 0 }
    const start = (pool: 'slow' | 'quick'): void => {
      const onAdmit = (guest: Guest): void => {
        served[pool] += 1
        harness.clock.schedule(pool === 'slow' ? 10 : 1, () => guest.release())
        harness.clock.schedule(0, () => start(pool))
      }
      harness.offer({ pool }, { onAdmit })
    }
    for (const pool of ['slow', 'quick', 'slow', 'quick'] as const) start(pool)
    harness.clock.advance(4_000)
    const ratio = served.quick / served.slow
    t.ok(ratio >= least && ratio <= most, `${chargeBy}: ${ratio}`)
  }
})

t.test('a wide request of a pool is waited for, and then runs', async (t) => {
  const pools = { a: {}, b: {} }
  const { offer, offerMany } = bind(new Harness({ limit: 4, maxCost: 3, pools, ...LONG }))
  const small = offerMany(4, { pool: 'a' })
  const wide = offer({ pool: 'b', cost: 3 })
  const late = offerMany(6, { pool: 'a' })
  for (const guest of [...small, ...late]) guest.release()
  t.equal(wide.state, 'running')
  for (const guest of late) guest.release()
  wide.release()
})

t.test('nobody who comes takes what is kept for a wide request of another pool', async (t) => {
  const pools = { a: {}, b: {} }
  const { offer, offerMany } = bind(new Harness({ limit: 4, maxCost: 3, pools, ...LONG }))
  const small = offerMany(4, { pool: 'a' })
  const wide = offer({ pool: 'b', cost: 3 })
  small[0]?.release()
  const late = offer({ pool: 'a' })
  t.equal(late.state, 'queued')
  small[1]?.release()
  small[2]?.release()
  t.equal(wide.state, 'running')
  small[3]?.release()
  t.equal(late.state, 'running')
})

t.test('a cost is cut down to what its pool could ever have', async (t) => {
  const pools = { a: { minRatio: 0.4, maxRatio: 0.5 }, b: { maxRatio: 0.2 } }
  const { admission, offer } = bind(new Harness({ limit: 10, maxCost: 10, pools, ...LONG }))
  offer({ pool: 'b', cost: 9 })
  t.equal(admission.inFlight, 2)
  offer({ pool: 'a', cost: 9 })
  t.equal(admission.inFlight, 7)
  t.equal(admission.snapshot().clampedCosts, 2)
})

t.test('unknown pools are the default one, and counted; hostile names as well', async (t) => {
  const { admission, offer } = bind(new Harness({ limit: 100, pools: { a: {} } }))
  for (const pool of ['b', '__proto__', 'constructor', 7, null, {}, 'x'.repeat(1e5)]) {
    t.equal(offer({ pool: pool as string }).state, 'running')
  }
  t.equal(admission.snapshot().malformed, 6, 'no name at all is none')
  t.equal(admission.snapshot().pools.default?.inFlight, 7)
})

t.test(
  'a limit of its own learns from its requests alone, and the limit of all from all',
  async (t) => {
    const limit = new ScriptedLimit(2)
    const harness = new Harness({ limit: 10, pools: { db: { limit } }, ...LONG })
    const { offer, offerMany } = bind(harness)
    offerMany(3)
    const [first, second, third] = offerMany(3, { pool: 'db' })
    t.same(states([first, second, third] as never), ['running', 'running', 'queued'])
    t.equal(harness.admission.snapshot().pools.db?.most, 2)
    harness.clock.advance(5)
    limit.next = 1
    second?.release()
    t.match(limit.samples, [{ inFlight: 2, latencyNs: 5e6, overloaded: false }])
    t.match(harness.limit.samples, [{ inFlight: 5 }])
    t.equal(third?.state, 'queued', 'its limit has shrunk')
    limit.next = 2
    first?.release()
    t.equal(third?.state, 'running')
    offer({ pool: 'db' })
    offer({ pool: 'db', deadlineMs: 1 })
    harness.clock.advance(10)
    t.equal(limit.rejected, 0, 'a deadline of its own says nothing of capacity')
  },
)

t.test('its own limit hears of refusals, where it is the cause', async (t) => {
  const limit = new ScriptedLimit(1)
  const pools = { db: { limit }, web: {} }
  const harness = new Harness({ limit: 10, pools, queue: false })
  harness.offerMany(2, { pool: 'db' })
  t.equal(limit.rejected, 1)
  t.equal(harness.limit.rejected, 0)
})

t.test('the room has its bound over all pools, and a flood of one leaves places', async (t) => {
  const pools = { quiet: {}, flood: {} }
  const queue = { maxQueued: 12, maxWaitMs: 60_000, order: 'fifo' } as const
  const shedAt = { important: 1 }
  const harness = new Harness({ limit: 1, pools, queue, shedAt })
  const { admission } = harness
  harness.offer()
  harness.offerMany(50, { pool: 'flood' })
  t.equal(admission.snapshot().pools.flood?.queued, 8, 'two are kept for each of the others')
  harness.offerMany(50, { pool: 'quiet' })
  t.equal(admission.snapshot().pools.quiet?.queued, 2)
  harness.offerMany(50)
  t.equal(admission.queued, 12)
  admission.update({ queue: { ...queue, maxQueued: 6 } })
  t.ok(admission.queued <= 6, `${admission.queued} wait`)
  t.equal(admission.snapshot().pools.quiet?.queued, 2, 'the fullest pool gives')
})

t.test(
  'tiers are shed by the room of their pool, and caps of tenants are for each pool',
  async (t) => {
    const pools = { a: { minRatio: 0.5, maxRatio: 0.5 } }
    const queue = { maxQueued: 40, maxWaitMs: 60_000, order: 'fifo' } as const
    const { offerMany, offer } = bind(new Harness({ limit: 8, pools, queue }))
    const busy = offerMany(12, { pool: 'a', tenant: 'loud' })
    t.equal(states(busy).filter((state) => state === 'running').length, 2, 'half of the half')
    const elsewhere = offerMany(4, { tenant: 'loud' })
    t.same(states(elsewhere), Array(4).fill('running'))
    t.equal(states(busy).filter((state) => state === 'tenant-full').length, 2, 'eight wait')
    offerMany(30, { pool: 'a' })
    t.equal(offer({ pool: 'a', tier: 'optional' }).state, 'shed')
    t.equal(offer({ tier: 'optional' }).state, 'queued', 'where there is room, nobody is shed')
  },
)

t.test('without a queue, thresholds of tiers are shares of what the pool may have', async (t) => {
  const { offer, offerMany } = bind(
    new Harness({ limit: 10, queue: false, pools: { a: { maxRatio: 0.5 } } }),
  )
  offerMany(3, { pool: 'a' })
  t.equal(offer({ pool: 'a', tier: 'optional' }).state, 'shed')
  t.equal(offer({ tier: 'optional' }).state, 'running')
})

t.test('a weight that changes is that of the next turns', async (t) => {
  const pools = { a: { weight: 1 }, b: { weight: 1 } }
  const harness = new Harness({ limit: 1, pools, tenants: { chargeBy: 'cost' }, ...LONG })
  const running = harness.offer()
  const order: string[] = []
  for (const pool of ['a', 'b']) {
    for (let count = 0; count < 20; count += 1) {
      const onAdmit = (guest: Guest): void => {
        order.push(pool)
        guest.release()
      }
      harness.offer({ pool }, { onAdmit })
    }
  }
  harness.admission.update({ pools: { a: { weight: 1 }, b: { weight: 4 } } })
  running.release()
  const served = order.slice(0, 20).filter((pool) => pool === 'b').length
  t.ok(served >= 15 && served <= 17, `${served} of 20`)
})

t.test('other weights and shares count at once; other pools are a mistake', async (t) => {
  const harness = new Harness({ limit: 10, pools: { a: { maxRatio: 0.2 } }, ...LONG })
  const { admission } = harness
  const waiting = harness.offerMany(6, { pool: 'a' })
  t.equal(admission.inFlight, 2)
  admission.update({ pools: { a: { maxRatio: 0.5 } } })
  t.equal(admission.inFlight, 5, 'and whoever may start now does')
  for (const pools of [undefined, {}, { b: {} }, { a: {}, b: {} }, { a: { maxRatio: 2 } }]) {
    t.throws(() => admission.update({ pools, queue: false }), { code: 'HG_ERR_OPTION' })
  }
  t.equal(admission.snapshot().pools.a?.most, 5)
  t.equal(waiting[5]?.state, 'queued', 'nothing has changed')
  const without = new Harness()
  t.throws(() => without.admission.update({ pools: { a: {} } }), { code: 'HG_ERR_OPTION' })
})

t.test('a drain waits for all pools, and closing refuses everybody', async (t) => {
  const pools = { a: { maxRatio: 0.5 } }
  const harness = new Harness({ limit: 2, pools, ...LONG })
  const { admission } = harness
  const guests = [...harness.offerMany(2, { pool: 'a' }), ...harness.offerMany(2)]
  let idle = 0
  admission.drain(() => {
    idle += 1
  })
  t.equal(harness.offer({ pool: 'a' }).state, 'draining')
  for (const guest of guests) guest.release()
  for (const guest of guests) guest.release()
  t.equal(idle, 1)
  const other = new Harness({ limit: 2, pools, ...LONG })
  const left = [...other.offerMany(3, { pool: 'a' }), ...other.offerMany(3)]
  other.admission.close()
  t.same(states(left).sort(), [...Array(4).fill('draining'), 'running', 'running'])
  t.equal(other.clock.pending, 0, 'no timer is left')
})

t.test(
  'who hears of an expiry may take what was free: nobody starts above the limit',
  async (t) => {
    const harness = new Harness({ limit: 1, pools: { b: {}, a: {} }, ...LONG })
    const running = harness.offer()
    let taken = 0
    const onReject = (): void => {
      if (harness.admission.tryAcquire({ pool: 'b' }).admitted) taken += 1
    }
    harness.offer({ pool: 'a', deadlineMs: 1 }, { onReject })
    const next = harness.offer({ pool: 'a' })
    harness.clock.advance(2)
    running.release()
    t.equal(taken, 1)
    t.equal(harness.admission.inFlight, 1)
    t.equal(next.state, 'queued')
  },
)

t.test('a dispatcher is asked for every pool, and starts nobody who may not', async (t) => {
  const dispatcher = new ManualDispatcher()
  const harness = new Harness({ limit: 4, dispatcher, pools: { a: { maxRatio: 0.25 } }, ...LONG })
  const { admission } = harness
  harness.offerMany(3, { pool: 'a' })
  t.ok(dispatcher.woken > 0)
  harness.offerMany(2)
  t.equal(admission.pump(), 3)
  t.notOk(admission.isRunnable, 'two wait at the maximum of their pool')
  t.equal(admission.tryAcquire({ pool: 'a' }).admitted, false)
  t.equal(admission.tryAcquire().admitted, true, 'and nobody is in its way')
})

function bind(harness: Harness) {
  const offer: Harness['offer'] = harness.offer.bind(harness)
  const offerMany: Harness['offerMany'] = harness.offerMany.bind(harness)
  return { admission: harness.admission, offer, offerMany }
}
