import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { RetryBudget } from '../../src/budget/retry-budget.ts'
import { seededRandom } from '../seeded-random.ts'
import { throwsOption } from '../throws-option.ts'

interface Calls {
  /** Share of attempts that fail, each by itself. */
  readonly failureRatio: number
  readonly perSecond?: number
  readonly forSeconds?: number
  readonly seed?: number
}

/** Calls of up to three attempts through one budget; time moves between calls only. */
function call({ failureRatio, perSecond = 100, forSeconds = 600, seed = 1 }: Calls) {
  const clock = new VirtualClock()
  const budget = new RetryBudget(clock)
  const random = seededRandom(seed)
  const calls = perSecond * forSeconds
  const tally = { calls, succeeded: 0, retries: 0 }
  for (let count = 0; count < calls; count += 1) {
    clock.advance(1000 / perSecond)
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      if (attempt > 1 && !budget.tryTake()) break
      if (attempt > 1) tally.retries += 1
      if (random() < failureRatio) continue
      budget.onSuccess()
      tally.succeeded += 1
      break
    }
  }
  return tally
}

t.test('begins with ten, and a success brings a fifth', async (t) => {
  const budget = new RetryBudget(new VirtualClock())
  t.equal(budget.credits, 10)
  t.equal(budget.capacity, 10)
  for (let count = 0; count < 10; count += 1) t.ok(budget.tryTake())
  t.notOk(budget.tryTake())
  for (let count = 0; count < 4; count += 1) budget.onSuccess()
  t.notOk(budget.tryTake())
  budget.onSuccess()
  t.ok(budget.tryTake())
  t.notOk(budget.tryTake())
  budget.giveBack()
  t.ok(budget.tryTake(), 'what was not sent is not lost')
})

t.test('in an outage: ten retries, then one in fifty seconds', async (t) => {
  const { retries } = call({ failureRatio: 1, perSecond: 20, forSeconds: 1000 })
  t.comment(`${retries} retries in 1,000 s; target: at most 30`)
  t.ok(retries >= 28 && retries <= 30)
})

t.test('failures that come singly are made up for', async (t) => {
  for (const [failureRatio, target] of [
    [0.05, 0.9995],
    [0.1, 0.998],
    [0.2, 0.94],
  ] as const) {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { succeeded, calls } = call({ failureRatio, seed })
      const found = succeeded / calls
      t.comment(`${failureRatio} fail, seed ${seed}: ${found.toFixed(5)}; target: ${target}`)
      t.ok(found >= target)
    }
  }
})

t.test('wrong options throw', async (t) => {
  throwsOption(t, (options) => new RetryBudget(new VirtualClock(), options), [
    [{ creditRatio: 1.1 }, 'creditRatio'],
    [{ minCapacity: 0.5 }, 'minCapacity'],
    [{ capacitySeconds: -1 }, 'capacitySeconds'],
    [{ refillPerSecond: Number.NaN }, 'refillPerSecond'],
    [{ ttl: 1 }, 'options'],
  ])
})
