import fc from 'fast-check'
import t from 'tap'
import { LearnedCost, type LearnedCostOptions } from '../../src/cost/learned-cost.ts'

const seed = Date.now()
t.comment(`seed ${seed}`)

t.test(
  'a route costs what its requests have held, and an unknown one what is typical',
  async (t) => {
    const cost = new LearnedCost({ unitMs: 10 })
    t.equal(cost.costOf('/report'), 1, 'before anything is known')
    for (let request = 0; request < 9; request += 1) cost.onRelease('/list', 10)
    cost.onRelease('/report', 500)
    t.equal(cost.costOf('/report'), 50)
    t.equal(cost.costOf('/list'), 1)
    t.equal(cost.expectedMs('/new'), (9 * 10 + 500) / 10)
    t.equal(cost.costOf('/new'), 6)
    t.equal(cost.typicalMs, 59)
  },
)

t.test('it forgets: what a route takes now outweighs what it once took', async (t) => {
  const cost = new LearnedCost()
  for (let request = 0; request < 1_000; request += 1) cost.onRelease('/a', 100)
  for (let request = 0; request < 100; request += 1) cost.onRelease('/a', 10)
  t.ok(cost.expectedMs('/a') < 11, `${cost.expectedMs('/a')} ms`)
  cost.onRelease('/a', 3_600_000)
  t.ok(cost.expectedMs('/a') < 3_100, 'an hour counts as a minute')
})

t.test('is the mean as long as it has seen few, and between the extremes always', async (t) => {
  const held = fc.double({ min: 0, max: 60_000, noNaN: true })
  const property = fc.property(fc.array(held, { minLength: 1, maxLength: 100 }), (list) => {
    const cost = new LearnedCost()
    for (const heldMs of list) cost.onRelease('/a', heldMs)
    const is = cost.expectedMs('/a')
    const mean = list.reduce((sum, heldMs) => sum + heldMs, 0) / list.length
    if (list.length <= 20 && Math.abs(is - mean) > 1e-6 * (1 + mean))
      throw new Error(`${is}, not ${mean}`)
    if (is < Math.min(...list) - 1e-6 || is > Math.max(...list) + 1e-6) throw new Error(`${is}`)
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 500 }))
})

t.test('any key and any time give an integer in bounds, and a bounded table', async (t) => {
  const step = fc.tuple(fc.anything(), fc.oneof(fc.double(), fc.anything()))
  const property = fc.property(fc.array(step, { maxLength: 50 }), (list) => {
    const cost = new LearnedCost({ maxCost: 20, maxKeys: 3 })
    for (const [key, heldMs] of list) {
      cost.onRelease(key, heldMs as number)
      const is = cost.costOf(key)
      if (!Number.isInteger(is) || is < 1 || is > 20) throw new Error(`${is}`)
    }
    if (cost.snapshot().keys > 3 || !(cost.typicalMs >= 0)) throw new Error('out of bounds')
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 500 }))
})

t.test('what makes no sense teaches nothing', async (t) => {
  const cost = new LearnedCost()
  for (const heldMs of [Number.NaN, -1, undefined, 'x', {}]) cost.onRelease('/a', heldMs as number)
  t.same(cost.snapshot(), { keys: 0, typicalMs: 0 })
})

t.test('wrong options name themselves', async (t) => {
  const wrong: [RegExp, LearnedCostOptions][] = [
    [/^cost must/, null as never],
    [/^cost must/, { unit: 1 } as never],
    [/^cost\.unitMs must/, { unitMs: 0 }],
    [/^cost\.maxCost must/, { maxCost: 0.5 }],
    [/^cost\.maxKeys must/, { maxKeys: 0 }],
  ]
  for (const [message, options] of wrong) t.throws(() => new LearnedCost(options), message)
})
