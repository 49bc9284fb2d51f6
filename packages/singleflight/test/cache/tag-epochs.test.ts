import fc from 'fast-check'
import t from 'tap'
import { TagEpochs } from '../../src/cache/tag-epochs.ts'

t.test(
  'what was stored before an invalidation is out of date, what came after is not',
  async (t) => {
    const epochs = new TagEpochs(10)
    const before = epochs.current
    t.notOk(epochs.isOutdated(['a'], before))
    epochs.invalidate('a')
    t.ok(epochs.isOutdated(['b', 'a'], before))
    t.notOk(epochs.isOutdated(['b'], before))
    t.notOk(epochs.isOutdated([], before))
    t.notOk(epochs.isOutdated(['a'], epochs.current))
  },
)

t.test('remembers a bounded number, and errs on the side of loading again', async (t) => {
  const seed = Date.now()
  t.comment(`seed ${seed}`)
  const steps = fc.array(
    fc.record({ tag: fc.constantFrom('a', 'b', 'c', 'd', 'e'), isStored: fc.boolean() }),
    { maxLength: 60 },
  )
  const property = fc.property(steps, fc.integer({ min: 1, max: 5 }), (list, maxTags) => {
    const epochs = new TagEpochs(maxTags)
    const stored: { tag: string; epoch: number; isOutdated: boolean }[] = []
    for (const { tag, isStored } of list) {
      if (isStored) stored.push({ tag, epoch: epochs.current, isOutdated: false })
      else {
        epochs.invalidate(tag)
        for (const entry of stored) if (entry.tag === tag) entry.isOutdated = true
      }
    }
    const isExact = maxTags === 5
    return (
      epochs.size <= maxTags &&
      stored.every(({ tag, epoch, isOutdated }) => {
        const judged = epochs.isOutdated([tag], epoch)
        return isExact ? judged === isOutdated : judged || !isOutdated
      })
    )
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 1_000 }))
})

t.test('after clear nothing is remembered', async (t) => {
  const epochs = new TagEpochs(10)
  epochs.invalidate('a')
  epochs.clear()
  t.equal(epochs.size, 0)
  t.notOk(epochs.isOutdated(['a'], epochs.current))
})
