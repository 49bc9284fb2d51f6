import t from 'tap'
import { resolveQueueSize } from '../../src/limit/queue-size.ts'

t.test('a number is the same for every limit, a function is asked', async (t) => {
  t.equal(resolveQueueSize(3, 20)(500), 3)
  t.equal(resolveQueueSize((limit) => limit / 10, 20)(500), 50)
})

t.test('an answer that is no size later counts as none', async (t) => {
  const answers = [
    4,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    '4' as never,
    undefined as never,
    0.5,
  ]
  const queueSize = resolveQueueSize(() => answers.shift() as number, 20)
  t.same([1, 2, 3, 4, 5, 6].map(queueSize), [0, 0, 0, 0, 0, 0.5])
})

t.test('refuses what is no size, and a function that answers none', async (t) => {
  const bads = [
    0,
    -1,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '4',
    null,
    () => Number.NaN,
    () => -1,
    () => '4',
  ]
  for (const bad of bads) {
    t.throws(() => resolveQueueSize(bad as never, 20), {
      code: 'HG_ERR_OPTION',
      option: 'queueSize',
    })
  }
})
