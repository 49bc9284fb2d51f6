import t from 'tap'
import { PoolTurns } from '../../src/pool/pool-turns.ts'

t.test(
  'the one that is further behind its weight is first, the earlier of two equals',
  async (t) => {
    const turns = new PoolTurns([1, 2])
    t.ok(turns.isBefore(0, 1))
    turns.start(0, 1)
    t.ok(turns.isBefore(1, 0))
    turns.start(1, 1)
    t.ok(turns.isBefore(1, 0), 'half a step for twice the weight')
    turns.start(1, 1)
    t.ok(turns.isBefore(0, 1))
  },
)

t.test('who was away has no claim on what went on meanwhile, and keeps a debt', async (t) => {
  const turns = new PoolTurns([1, 1])
  for (let start = 0; start < 10; start += 1) turns.start(0, 1)
  turns.enter(1)
  turns.start(1, 1)
  t.ok(turns.isBefore(0, 1), 'one start, not ten, and it is the other one again')
  turns.correct(1, 5)
  turns.enter(1)
  for (let start = 0; start < 5; start += 1) turns.start(0, 1)
  t.ok(turns.isBefore(0, 1))
})
