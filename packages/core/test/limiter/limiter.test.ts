import t from 'tap'
import { Limiter } from '../../src/limiter/limiter.ts'
import { ScriptedLimit } from '../admission/admission-harness.ts'

t.test('has room while fewer permits than the limit are in use', async (t) => {
  const { limiter, limit } = setUp(2)
  t.equal(limiter.take(), 1)
  t.ok(limiter.hasRoom)
  t.equal(limiter.take(), 2)
  t.notOk(limiter.hasRoom)
  limiter.give()
  t.equal(limiter.inFlight, 1)
  t.ok(limiter.hasRoom)
  limit.current = 1
  t.notOk(limiter.hasRoom, 'a limit that shrinks counts at once')
  t.equal(limiter.inFlight, 1, 'and takes nothing away')
})

t.test('teaches the limit in nanoseconds, at least one', async (t) => {
  const { limiter, limit } = setUp(2)
  limiter.learn('success', { inFlight: 2, startedMs: 1_000.25 }, 1_010.75)
  limiter.learn('overload', { inFlight: 1, startedMs: 5 }, 5)
  t.same(limit.samples, [
    { startNs: 1_000_250_000, latencyNs: 10_500_000, inFlight: 2, overloaded: false },
    { startNs: 5_000_000, latencyNs: 1, inFlight: 1, overloaded: true },
  ])
})

t.test('what tells nothing is not told', async (t) => {
  const { limiter, limit } = setUp(2)
  limiter.learn('ignore', { inFlight: 1, startedMs: 0 }, 10)
  t.same(limit.samples, [])
})

t.test('tells of each change of the limit, once', async (t) => {
  const { limiter, limit, changes } = setUp(2)
  const learn = (): void => limiter.learn('success', { inFlight: 1, startedMs: 0 }, 10)
  learn()
  t.same(changes, [])
  limit.next = 5
  learn()
  learn()
  limit.next = 3
  learn()
  t.same(changes, [
    [2, 5],
    [5, 3],
  ])
})

t.test('the limit hears of a refusal only when it was the cause', async (t) => {
  const { limiter, limit } = setUp(1)
  limiter.onReject()
  t.equal(limit.rejected, 0)
  limiter.take()
  limiter.onReject()
  t.equal(limit.rejected, 1)
})

function setUp(current: number) {
  const limit = new ScriptedLimit(current)
  const changes: [number, number][] = []
  const limiter = new Limiter(limit, (from, to) => changes.push([from, to]))
  return { limit, limiter, changes }
}
