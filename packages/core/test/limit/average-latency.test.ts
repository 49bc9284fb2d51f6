import t from 'tap'
import { AverageLatency } from '../../src/limit/average-latency.ts'

t.test('is the mean, rounded down', async (t) => {
  const average = new AverageLatency()
  for (const latencyNs of [1, 2, 2]) t.ok(average.add(latencyNs))
  t.equal(average.latencyNs(), 1)
  average.reset()
  average.add(7)
  t.equal(average.latencyNs(), 7)
})

t.test(
  'is exact for sums up to 2^53, where a quotient in floating point could round up',
  async (t) => {
    const average = new AverageLatency()
    average.add(2 ** 52)
    average.add(2 ** 52 - 1)
    t.equal(average.latencyNs(), 2 ** 52 - 1)
  },
)
