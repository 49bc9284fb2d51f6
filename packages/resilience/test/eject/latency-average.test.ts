import t from 'tap'
import { LatencyAverage } from '../../src/eject/latency-average.ts'

t.test('the first ten count alike', async (t) => {
  const average = new LatencyAverage()
  for (let count = 1; count <= 10; count += 1) average.add(count, 0)
  t.ok(Math.abs(average.meanMs - 5.5) < 1e-9)
  t.equal(average.samples, 10)
  average.clear()
  t.same([average.samples, average.meanMs], [0, 0])
})

t.test('later one sample weighs as its time, and a tenth at most', async (t) => {
  const often = new LatencyAverage()
  const seldom = new LatencyAverage()
  for (let count = 0; count < 10; count += 1) {
    often.add(10, count)
    seldom.add(10, count)
  }
  often.add(110, 11)
  seldom.add(110, 60_000)
  t.ok(Math.abs(often.meanMs - 10 - 100 * (1 - Math.exp(-2 / 2000))) < 1e-9)
  t.ok(Math.abs(seldom.meanMs - 20) < 1e-9)
  seldom.add(20, 0)
  t.equal(seldom.meanMs, 20, 'a clock that steps back')
})
