import t from 'tap'
import { quantile, Recorder } from '../../src/index.ts'

t.test('counts what arrived in its interval, by how it ended', async (t) => {
  const recorder = new Recorder({ fromMs: 100, toMs: 200, patienceMs: 50 })
  const served = { kind: 'served', servedMs: 5 } as const
  recorder.add({ kind: 'refused', arrivedMs: 99 })
  recorder.add({ kind: 'refused', arrivedMs: 100 })
  recorder.add({ kind: 'expired', arrivedMs: 150 })
  recorder.add({ ...served, arrivedMs: 199, latencyMs: 50, workMs: 5 })
  recorder.add({ ...served, arrivedMs: 150, latencyMs: 51, workMs: 5 })
  recorder.add({ ...served, arrivedMs: 150, latencyMs: 90, workMs: 60 })
  recorder.add({ ...served, arrivedMs: 200, latencyMs: 5, workMs: 5 })
  t.match(recorder.tally(), {
    offered: 5,
    refused: 1,
    expired: 1,
    good: 2,
    late: 1,
    p50Ms: 51,
    p99Ms: 90,
    servedP99Ms: 5,
  })
})

t.test('a quantile is the nearest rank', async (t) => {
  const values = Float64Array.from([5, 1, 4, 2, 3])
  t.equal(quantile(values, 0.5), 3)
  t.equal(quantile(values, 0.2), 1)
  t.equal(quantile(values, 0.21), 2)
  t.equal(quantile(values, 1), 5)
  t.equal(quantile(values, 0), 1)
  t.equal(quantile(new Float64Array(0), 0.5), 0)
})
