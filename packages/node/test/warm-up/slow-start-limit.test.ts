import { FixedLimit, VirtualClock } from '@headgate/core'
import t from 'tap'
import { SlowStartLimit } from '../../src/warm-up/slow-start-limit.ts'

const GOOD = { startNs: 0, latencyNs: 1_000, inFlight: 1, overloaded: false }

t.test('grows from a tenth to the whole, and then is no more than the limit', async (t) => {
  const clock = new VirtualClock()
  const limit = new SlowStartLimit(new FixedLimit(40), clock, 10_000)
  clock.advance(60_000)
  t.equal(limit.current, 4, 'it does not grow before it is told to')
  limit.begin()
  const seen = [limit.current]
  for (let n = 0; n < 5; n += 1) {
    clock.advance(2_500)
    seen.push(limit.current)
  }
  t.same(seen, [4, 10, 20, 30, 40, 40])
  t.equal(clock.pending, 0)
  t.match(limit.snapshot(), { limit: 40, slowStartRatio: 1 })
})

t.test('lets one in however small the limit is', async (t) => {
  const limit = new SlowStartLimit(new FixedLimit(3), new VirtualClock(), 1_000)
  t.equal(limit.current, 1)
})

t.test('without a slow start it is the limit, and can be stopped with one', async (t) => {
  const clock = new VirtualClock()
  t.equal(new SlowStartLimit(new FixedLimit(40), clock, 0).current, 40)
  const limit = new SlowStartLimit(new FixedLimit(40), clock, 10_000)
  limit.begin()
  limit.begin()
  t.equal(clock.pending, 1)
  limit.stop()
  t.equal(clock.pending, 0)
})

t.test('counts good answers, and hands every sample on', async (t) => {
  const seen: boolean[] = []
  const inner = {
    current: 5,
    onSample: ({ overloaded }: { overloaded: boolean }) => void seen.push(overloaded),
    snapshot: () => ({}),
  }
  const limit = new SlowStartLimit(inner, new VirtualClock(), 0)
  const counts: number[] = []
  limit.onGood = (count) => counts.push(count)
  limit.onSample(GOOD)
  limit.onSample({ ...GOOD, overloaded: true })
  limit.onSample(GOOD)
  limit.onReject()
  t.same(counts, [1, 2])
  t.same(seen, [false, true, false])
})
