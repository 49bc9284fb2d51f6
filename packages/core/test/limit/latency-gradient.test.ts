import t from 'tap'
import { latencyGradient } from '../../src/limit/latency-gradient.ts'

t.test('is 1 within the tolerance, in proportion beyond, never below one half', async (t) => {
  t.equal(latencyGradient(2, 10, 5), 1)
  t.equal(latencyGradient(2, 10, 20), 1)
  t.equal(latencyGradient(2, 10, 25), 0.8)
  t.equal(latencyGradient(2, 10, 40), 0.5)
  t.equal(latencyGradient(2, 10, 4000), 0.5)
})
