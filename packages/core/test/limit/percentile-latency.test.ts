import fc from 'fast-check'
import t from 'tap'
import { PercentileLatency } from '../../src/limit/percentile-latency.ts'

function percentileOf(percentile: number, latenciesNs: readonly number[], capacity = 100): number {
  const statistic = new PercentileLatency(percentile, capacity)
  for (const latencyNs of latenciesNs) statistic.add(latencyNs)
  return statistic.latencyNs()
}

t.test('is the latency at the rounded rank', async (t) => {
  const tens = [100, 20, 30, 90, 50, 60, 10, 80, 70, 40]
  t.equal(percentileOf(0.5, tens), 50)
  t.equal(percentileOf(0.9, tens), 90)
  t.equal(percentileOf(0.95, tens), 100)
  t.equal(percentileOf(0.01, tens), 10)
  t.equal(percentileOf(0.5, [5]), 5)
})

t.test('turns away what is beyond its capacity, until it is reset', async (t) => {
  const statistic = new PercentileLatency(0.99, 2)
  t.ok(statistic.add(1))
  t.ok(statistic.add(2))
  t.notOk(statistic.add(3))
  t.equal(statistic.latencyNs(), 2)
  statistic.reset()
  t.ok(statistic.add(9))
  t.equal(statistic.latencyNs(), 9)
})

t.test('has as many latencies at or below it as its share asks for', async (t) => {
  const seed = Date.now()
  t.comment(`seed ${seed}`)
  const latencies = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 100 })
  const property = fc.property(
    latencies,
    fc.integer({ min: 1, max: 99 }),
    (latenciesNs, percent) => {
      const answer = percentileOf(percent / 100, latenciesNs)
      const rank = latenciesNs.filter((latencyNs) => latencyNs <= answer).length
      const below = latenciesNs.filter((latencyNs) => latencyNs < answer).length
      const wanted = (latenciesNs.length * percent) / 100
      return (
        latenciesNs.includes(answer) &&
        rank >= wanted - 0.5 - 1e-9 &&
        below <= Math.max(0, wanted - 0.5 + 1e-9)
      )
    },
  )
  t.doesNotThrow(() => fc.assert(property, { seed }))
})
