import t from 'tap'
import { Admission } from '../../src/admission/admission.ts'
import {
  ADMISSION_OPTION_NAMES,
  resolveAdmissionOptions,
} from '../../src/admission/admission-options.ts'
import { FixedLimit } from '../../src/limit/fixed-limit.ts'
import { VirtualClock } from '../../src/time/virtual-clock.ts'

t.test('has a default for everything', async (t) => {
  const defaults = {
    queue: {
      maxQueued: undefined,
      maxWaitMs: 100,
      maxQueuedPerTenant: undefined,
      order: 'auto',
      codel: false,
    },
    shedAt: { important: 0.8, optional: 0.5, opportunistic: 0.2 },
    shedding: 'threshold',
    tenants: { maxInFlightRatio: 0.5, weight: undefined, chargeBy: 'slot-time' },
    maxCost: undefined,
  }
  t.same(resolveAdmissionOptions({}), defaults)
  const unset = {
    queue: {
      maxQueued: undefined,
      maxWaitMs: undefined,
      maxQueuedPerTenant: undefined,
      order: undefined,
      codel: undefined,
    },
    shedAt: { important: undefined, optional: undefined, opportunistic: undefined },
    shedding: undefined,
    tenants: { maxInFlightRatio: undefined, weight: undefined, chargeBy: undefined },
    maxCost: undefined,
  }
  t.same(resolveAdmissionOptions(unset), defaults, 'unset is as good as absent')
  t.same(
    resolveAdmissionOptions({ queue: undefined, shedAt: undefined, tenants: undefined }),
    defaults,
  )
  t.same(resolveAdmissionOptions({ queue: {}, shedAt: {}, tenants: {} }), defaults)
})

t.test('takes the ends of every range', async (t) => {
  const least = resolveAdmissionOptions({
    queue: { maxQueued: 1, maxWaitMs: 1, maxQueuedPerTenant: 1, order: 'fifo', codel: true },
    shedAt: { important: 1e-9, optional: 1e-9, opportunistic: 1e-9 },
    tenants: { maxInFlightRatio: 1e-9, chargeBy: 'cost' },
    maxCost: 1,
  })
  t.same(least.queue, {
    maxQueued: 1,
    maxWaitMs: 1,
    maxQueuedPerTenant: 1,
    order: 'fifo',
    codel: true,
  })
  t.same(least.tenants, { maxInFlightRatio: 1e-9, weight: undefined, chargeBy: 'cost' })
  t.equal(least.maxCost, 1)
  const most = resolveAdmissionOptions({
    queue: { maxQueued: 1_000_000, maxWaitMs: 60_000, order: 'lifo' },
    shedAt: { important: 1, optional: 1, opportunistic: 1 },
    shedding: 'depth-squared',
    tenants: { maxInFlightRatio: 1 },
  })
  t.equal(most.tenants.maxInFlightRatio, 1)
  t.equal(most.shedding, 'depth-squared')
  t.same(most.shedAt, { important: 1, optional: 1, opportunistic: 1 })
  t.equal(resolveAdmissionOptions({ queue: false }).queue, undefined)
})

t.test('a lower share above brings down the defaults below', async (t) => {
  t.same(resolveAdmissionOptions({ shedAt: { important: 0.3 } }).shedAt, {
    important: 0.3,
    optional: 0.3,
    opportunistic: 0.2,
  })
  t.same(resolveAdmissionOptions({ shedAt: { optional: 0.1 } }).shedAt, {
    important: 0.8,
    optional: 0.1,
    opportunistic: 0.1,
  })
})

t.test('every wrong option is named, with what it must be and what it was', async (t) => {
  const cases: readonly (readonly [unknown, string, RegExp])[] = [
    [null, 'options', /an object, got null/],
    [[], 'options', /an object, got an array/],
    ['queue', 'options', /an object, got "queue"/],
    [{ que: {} }, 'options', /queue, shedAt, shedding, tenants, maxCost, pools, rate, got "que"/],
    [{ queue: true }, 'queue', /an object, got true/],
    [{ queue: null }, 'queue', /an object, got null/],
    [{ queue: 100 }, 'queue', /an object, got 100/],
    [{ queue: { maxQeued: 1 } }, 'queue', /maxQueued, maxWaitMs, .*, got "maxQeued"/],
    [{ queue: { maxQueued: 0 } }, 'queue.maxQueued', /from 1 to 1000000, got 0/],
    [{ queue: { maxQueued: 1.5 } }, 'queue.maxQueued', /an integer.*got 1\.5/],
    [{ queue: { maxQueued: 1_000_001 } }, 'queue.maxQueued', /got 1000001/],
    [{ queue: { maxQueued: '10' } }, 'queue.maxQueued', /got "10"/],
    [{ queue: { maxQueued: null } }, 'queue.maxQueued', /got null/],
    [{ queue: { maxWaitMs: 0 } }, 'queue.maxWaitMs', /from 1 to 60000, got 0/],
    [{ queue: { maxWaitMs: 60_001 } }, 'queue.maxWaitMs', /got 60001/],
    [{ queue: { maxWaitMs: Number.NaN } }, 'queue.maxWaitMs', /got NaN/],
    [{ queue: { maxWaitMs: Number.POSITIVE_INFINITY } }, 'queue.maxWaitMs', /got Infinity/],
    [{ queue: { order: 'random' } }, 'queue.order', /"auto", "fifo", "lifo", got "random"/],
    [{ queue: { maxQueuedPerTenant: 0 } }, 'queue.maxQueuedPerTenant', /from 1 to .*, got 0/],
    [{ queue: { codel: 1 } }, 'queue.codel', /true or false, got 1/],
    [{ shedding: 'all' }, 'shedding', /"threshold", "random", "depth-squared", got "all"/],
    [{ tenants: null }, 'tenants', /an object, got null/],
    [{ tenants: { weights: {} } }, 'tenants', /maxInFlightRatio, weight, chargeBy, got "weights"/],
    [{ tenants: { maxInFlightRatio: 0 } }, 'tenants.maxInFlightRatio', /above 0 to 1, got 0/],
    [{ tenants: { maxInFlightRatio: 1.1 } }, 'tenants.maxInFlightRatio', /got 1\.1/],
    [{ tenants: { weight: 2 } }, 'tenants.weight', /a function, got 2/],
    [{ tenants: { chargeBy: 'time' } }, 'tenants.chargeBy', /"slot-time", "cost", got "time"/],
    [{ maxCost: 0 }, 'maxCost', /from 1 to .*, got 0/],
    [{ maxCost: 1.5 }, 'maxCost', /an integer.*got 1\.5/],
    [{ shedAt: null }, 'shedAt', /an object, got null/],
    [{ shedAt: 0.5 }, 'shedAt', /an object, got 0\.5/],
    [{ shedAt: { critical: 0.9 } }, 'shedAt', /without critical.*got 0\.9/],
    [{ shedAt: { importnt: 0.9 } }, 'shedAt', /got "importnt"/],
    [{ shedAt: { important: 0 } }, 'shedAt.important', /above 0 to 1, got 0/],
    [{ shedAt: { important: 1.01 } }, 'shedAt.important', /got 1\.01/],
    [{ shedAt: { important: 80 } }, 'shedAt.important', /got 80/],
    [{ shedAt: { optional: 0.9 } }, 'shedAt.optional', /to 0\.8, got 0\.9/],
    [{ shedAt: { optional: 0 } }, 'shedAt.optional', /got 0/],
    [{ shedAt: { opportunistic: 0.6 } }, 'shedAt.opportunistic', /to 0\.5, got 0\.6/],
    [{ shedAt: { opportunistic: -1 } }, 'shedAt.opportunistic', /got -1/],
    [{ pools: null }, 'pools', /an object of pools by name, got null/],
    [{ pools: { a: { min: 1 } } }, 'pools.a', /minRatio, maxRatio, weight, limit, got "min"/],
    [{ pools: { a: { minRatio: 1 } } }, 'pools', /default has none/],
    [{ shedAt: { important: 0.3, optional: 0.5 } }, 'shedAt.optional', /to 0\.3, got 0\.5/],
  ]
  for (const [options, option, message] of cases) {
    const expected = { name: 'InvalidOptionError', code: 'HG_ERR_OPTION', option, message }
    t.throws(() => createAdmission(options as never), expected, JSON.stringify(options))
  }
})

t.test('an update with a wrong option changes nothing', async (t) => {
  const admission = createAdmission({ queue: { maxQueued: 7 } })
  t.throws(
    () => admission.update({ queue: { maxQueued: 9, maxWaitMs: 0 } }),
    /queue\.maxWaitMs must be/,
  )
  t.throws(
    () => admission.update({ queue: { maxQueued: 9 }, shedAt: { important: 2 } }),
    /shedAt\.important must be/,
  )
  t.equal(admission.snapshot().maxQueued, 7)
})

t.test('tells hosts its names', async (t) => {
  const names = ['queue', 'shedAt', 'shedding', 'tenants', 'maxCost', 'pools', 'rate']
  t.same(ADMISSION_OPTION_NAMES, names)
})

function createAdmission(options: object): Admission {
  const clock = new VirtualClock()
  return new Admission({ clock, random: () => 0.5, limit: new FixedLimit(1) }, options)
}
