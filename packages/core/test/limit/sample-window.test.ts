import t from 'tap'
import { AverageLatency } from '../../src/limit/average-latency.ts'
import { SampleWindow } from '../../src/limit/sample-window.ts'

t.test('sums its samples up, and is empty again after a reset', async (t) => {
  const window = new SampleWindow(new AverageLatency())
  for (let round = 1; round <= 2; round += 1) {
    t.equal(window.count, 0)
    t.equal(window.shortestNs, 0)
    window.add(30, 4, false)
    t.same(window.summary(1), { startNs: 1, latencyNs: 30, inFlight: 4, overloaded: false })
    window.add(10, 9, true)
    window.add(20, 1, false)
    t.equal(window.count, 3)
    t.equal(window.shortestNs, 10)
    t.same(window.summary(7), { startNs: 7, latencyNs: 20, inFlight: 9, overloaded: true })
    window.reset()
  }
})

t.test('counts nothing that its statistic has no room for', async (t) => {
  const full = { add: (): boolean => false, latencyNs: (): number => 5, reset(): void {} }
  const window = new SampleWindow(full)
  window.add(1, 99, true)
  t.equal(window.count, 0)
  t.same(window.summary(0), { startNs: 0, latencyNs: 5, inFlight: 0, overloaded: false })
})
