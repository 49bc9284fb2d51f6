import t from 'tap'
import { goodputBound } from '../../src/measure/goodput-bound.ts'

t.test("is the design's example: 2 ms handlers and a refusal of 17 or 12 µs", async (t) => {
  t.equal(goodputBound(5, 0.017, 2).toFixed(2), '0.97')
  t.equal(goodputBound(10, 0.017, 2).toFixed(2), '0.92')
  t.equal(goodputBound(5, 0.012, 2).toFixed(2), '0.98')
  t.equal(goodputBound(10, 0.012, 2).toFixed(2), '0.95')
})

t.test('is what was asked for, below capacity', async (t) => {
  t.equal(goodputBound(0.5, 0.1, 1), 0.5)
})

t.test('is nothing when refusing alone takes all the CPU', async (t) => {
  t.equal(goodputBound(10, 0.2, 1), 0)
})
