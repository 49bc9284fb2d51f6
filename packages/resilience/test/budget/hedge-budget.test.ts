import { VirtualClock } from '@headgate/core'
import fc from 'fast-check'
import t from 'tap'
import { HedgeBudget } from '../../src/budget/hedge-budget.ts'
import { propertySeed } from '../property-seed.ts'
import { throwsOption } from '../throws-option.ts'

t.test('begins empty; twenty calls pay for a hedge', async (t) => {
  const budget = new HedgeBudget(new VirtualClock())
  t.equal(budget.credits, 0)
  for (let count = 0; count < 21; count += 1) budget.onCall()
  t.ok(budget.tryTake())
  t.notOk(budget.tryTake())
  budget.giveBack()
  t.ok(budget.tryTake())
})

t.test('holds what one second of calls brings', async (t) => {
  const clock = new VirtualClock()
  const budget = new HedgeBudget(clock)
  t.equal(budget.capacity, 10)
  for (let count = 0; count < 480_000; count += 1) {
    clock.advance(1000 / 4800)
    budget.onCall()
  }
  t.ok(Math.abs(budget.capacity - 240) < 1, `${budget.capacity}`)
  t.ok(Math.abs(budget.credits - 240) < 1)
})

t.test('hedges are at most their share of the calls, at every moment', async (t) => {
  const seed = propertySeed(t)
  const step = fc.record({
    byMs: fc.nat({ max: 50 }),
    calls: fc.nat({ max: 30 }),
    hedges: fc.nat({ max: 5 }),
  })
  const property = fc.property(fc.array(step), (steps) => {
    const clock = new VirtualClock()
    const budget = new HedgeBudget(clock)
    const seen = { calls: 0, hedges: 0 }
    return steps.every(({ byMs, calls, hedges }) => {
      clock.advance(byMs)
      for (let count = 0; count < calls; count += 1) budget.onCall()
      for (let count = 0; count < hedges; count += 1) if (budget.tryTake()) seen.hedges += 1
      seen.calls += calls
      return seen.hedges <= seen.calls * 0.05 + 1e-9
    })
  })
  t.doesNotThrow(() => fc.assert(property, { seed }))
})

t.test('wrong options throw', async (t) => {
  throwsOption(t, (options) => new HedgeBudget(new VirtualClock(), options), [
    [{ creditRatio: -1 }, 'creditRatio'],
    [{ minCapacity: 0 }, 'minCapacity'],
    [{ capacitySeconds: Number.POSITIVE_INFINITY }, 'capacitySeconds'],
    [{ refillPerSecond: 1 }, 'options'],
  ])
})
