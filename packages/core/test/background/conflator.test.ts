import fc from 'fast-check'
import t from 'tap'
import { Conflator, type ConflatorOptions } from '../../src/background/conflator.ts'

const seed = Date.now()
t.comment(`seed ${seed}`)

t.test('keeps the latest value of a key, in the place of the first', async (t) => {
  const prices = new Conflator<string, number>({ maxKeys: 10 })
  prices.set('a', 1)
  prices.set('b', 2)
  prices.set('a', 3)
  t.equal(prices.conflated, 1)
  t.same(prices.take(1), [['a', 3]])
  prices.set('a', 4)
  t.same(prices.take(), [
    ['b', 2],
    ['a', 4],
  ])
  t.equal(prices.size, 0)
})

t.test(
  'values can be merged, undefined ones as well, and a merge that throws loses nothing',
  async (t) => {
    const sums = new Conflator<string, number>({
      maxKeys: 1,
      merge: (older, newer) => older + newer,
    })
    for (const value of [1, 2, 3]) sums.set('a', value)
    t.same(sums.take(), [['a', 6]])
    const merge = (older: unknown, newer: unknown): unknown => [older, newer]
    const pairs = new Conflator<string, unknown>({ maxKeys: 1, merge })
    pairs.set('a', undefined)
    pairs.set('a', 1)
    t.same(pairs.take(), [['a', [undefined, 1]]])
    const failing = new Conflator<string, number>({
      maxKeys: 1,
      merge: () => {
        throw new Error('merge')
      },
    })
    failing.set('a', 1)
    t.throws(() => failing.set('a', 2), /merge/)
    t.equal(failing.conflated, 0)
    t.same(failing.take(), [['a', 1]])
  },
)

t.test('does what a list of pairs does, within its bound', async (t) => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ key: fc.nat(12), value: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ take: fc.integer({ min: 1, max: 9 }) }) },
  )
  const given = fc.tuple(fc.integer({ min: 1, max: 10 }), fc.constantFrom('oldest', 'newest'))
  const steps = fc.array(step, { maxLength: 120, size: 'max' })
  const property = fc.property(given, steps, ([maxKeys, drop], list) => {
    const conflator = new Conflator<number, number>({ maxKeys, drop: drop as 'oldest' })
    const model: [number, number][] = []
    let [sets, taken] = [0, 0]
    for (const it of list) {
      if ('take' in it) {
        const entries = conflator.take(it.take)
        taken += entries.length
        const should = model.splice(0, it.take)
        if (JSON.stringify(entries) !== JSON.stringify(should)) throw new Error(`took ${entries}`)
        continue
      }
      sets += 1
      const known = model.find(([key]) => key === it.key)
      const isLoss = known === undefined && model.length === maxKeys
      if (conflator.set(it.key, it.value) === isLoss) throw new Error('says it wrongly')
      if (known !== undefined) known[1] = it.value
      else if (!isLoss || drop === 'oldest') {
        if (isLoss) model.shift()
        model.push([it.key, it.value])
      }
      const { conflated, dropped, size } = conflator
      if (size !== model.length) throw new Error(`${size} keys`)
      if (sets !== conflated + dropped + taken + size) throw new Error('one is unaccounted for')
    }
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 500 }))
})

t.test('wrong options name themselves', async (t) => {
  const wrong: [RegExp, unknown][] = [
    [/^options must/, { maxItems: 1 }],
    [/^maxKeys must/, { maxKeys: 1.5 }],
    [/^drop must/, { maxKeys: 1, drop: true }],
    [/^merge must/, { maxKeys: 1, merge: 'sum' }],
  ]
  for (const [message, options] of wrong) {
    t.throws(() => new Conflator(options as ConflatorOptions<number>), message)
  }
})
