import fc from 'fast-check'
import t from 'tap'
import { DropBuffer, type DropBufferOptions } from '../../src/background/drop-buffer.ts'

const seed = Date.now()
t.comment(`seed ${seed}`)

t.test('keeps the latest, or what came first, and counts every loss', async (t) => {
  const latest = new DropBuffer<number>({ maxItems: 2 })
  t.same(
    [1, 2, 3, 4].map((item) => latest.add(item)),
    [true, true, false, false],
  )
  t.equal(latest.dropped, 2)
  t.same(latest.take(), [3, 4])
  const first = new DropBuffer<number>({ maxItems: 2, drop: 'newest' })
  t.same(
    [1, 2, 3, 4].map((item) => first.add(item)),
    [true, true, false, false],
  )
  t.equal(first.dropped, 2)
  t.same(first.take(1), [1])
  t.equal(first.add(5), true)
  t.same(first.take(), [2, 5])
})

t.test('does what an array does, within its bound', async (t) => {
  // A number adds so many items, one below zero takes so many.
  const steps = fc.array(fc.integer({ min: -30, max: 40 }), { maxLength: 60, size: 'max' })
  const given = fc.tuple(fc.integer({ min: 1, max: 100 }), fc.constantFrom('oldest', 'newest'))
  const property = fc.property(given, steps, ([maxItems, drop], list) => {
    const buffer = new DropBuffer<number>({ maxItems, drop: drop as 'oldest' })
    let model: number[] = []
    let [added, dropped, taken] = [0, 0, 0]
    for (const step of list) {
      for (let left = step; left > 0; left -= 1) {
        added += 1
        const isFull = model.length === maxItems
        if (isFull) dropped += 1
        if (!isFull || drop === 'oldest') model = [...model, added].slice(-maxItems)
        if (buffer.add(added) === isFull) throw new Error('says it wrongly')
      }
      if (step < 0) {
        const items = buffer.take(-step)
        taken += items.length
        if (items.join() !== model.splice(0, -step).join()) throw new Error(`took ${items}`)
      }
      if (buffer.size !== model.length || buffer.dropped !== dropped) throw new Error('miscounts')
      if (added !== dropped + taken + buffer.size) throw new Error('one is unaccounted for')
    }
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 500 }))
})

t.test('wrong options name themselves', async (t) => {
  const wrong: [RegExp, unknown][] = [
    [/^options must/, undefined],
    [/^options must/, { max: 1 }],
    [/^maxItems must/, {}],
    [/^maxItems must/, { maxItems: 0 }],
    [/^drop must/, { maxItems: 1, drop: 'all' }],
  ]
  for (const [message, options] of wrong) {
    t.throws(() => new DropBuffer(options as DropBufferOptions), message)
  }
})
