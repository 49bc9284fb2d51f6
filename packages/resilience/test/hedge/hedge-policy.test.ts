import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { RetryBudget } from '../../src/budget/retry-budget.ts'
import { HedgePolicy, type HedgePolicyParts } from '../../src/hedge/hedge-policy.ts'
import { throwsOption } from '../throws-option.ts'

/** A policy that has seen 200 good calls of 10 ms, and so can pay for ten hedges. */
function warm(parts: Partial<HedgePolicyParts> = {}) {
  const clock = new VirtualClock()
  const policy = new HedgePolicy({ clock, ...parts })
  for (let count = 0; count < 200; count += 1) {
    policy.onCall()
    policy.onResult('success', 10)
  }
  return { clock, policy }
}

t.test('says when, and pays for it', async (t) => {
  const { policy } = warm()
  t.ok(Math.abs((policy.onCall() as number) - 10) < 0.3)
  for (let count = 0; count < 10; count += 1) t.equal(policy.refuseHedge(), undefined)
  t.equal(policy.refuseHedge(), 'budget')
  policy.giveBack()
  t.equal(policy.refuseHedge(), undefined)
})

t.test('not when more than one answer in a hundred says that the server is full', async (t) => {
  const { clock, policy } = warm()
  policy.onResult('overload', 1)
  policy.onResult('overload', 1)
  t.equal(policy.refuseHedge(), undefined, '2 of 202')
  policy.onResult('overload', 1)
  t.equal(policy.refuseHedge(), 'overload', '3 of 203')
  clock.advance(10_000)
  t.equal(policy.refuseHedge(), undefined, 'ten seconds later')
})

t.test('not when somebody says so', async (t) => {
  const { policy } = warm({ isSuppressed: () => true })
  t.equal(policy.refuseHedge(), 'suppressed')
})

t.test('not when the retry budget is less than half full', async (t) => {
  const retryBudget = new RetryBudget(new VirtualClock())
  const { policy } = warm({ retryBudget })
  for (let count = 0; count < 5; count += 1) retryBudget.tryTake()
  t.equal(policy.refuseHedge(), undefined)
  retryBudget.tryTake()
  t.equal(policy.refuseHedge(), 'failures')
})

t.test('fast failures teach no latency, attempts that were cut off do', async (t) => {
  const clock = new VirtualClock()
  const policy = new HedgePolicy({ clock })
  for (let count = 0; count < 100; count += 1) policy.onResult('failure', 1)
  for (let count = 0; count < 100; count += 1) policy.onResult('ignore', 1)
  t.equal(policy.onCall(), undefined)
  for (let count = 0; count < 100; count += 1) policy.onCutOff(50)
  t.ok((policy.onCall() as number) > 48)
})

t.test('wrong options throw', async (t) => {
  const clock = new VirtualClock()
  throwsOption(t, (options) => new HedgePolicy({ clock }, options), [
    [{ delay: { quantile: 2 } }, 'quantile'],
    [{ budget: { creditRatio: 2 } }, 'creditRatio'],
    [{ delays: {} }, 'options'],
  ])
})
