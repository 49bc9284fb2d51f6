import t from 'tap'
import { goodputBound } from '../../src/measure/goodput-bound.ts'

/** Where CPU bounds the capacity. */
function onCpu(factor: number, rejectMs: number, serveMs: number): string {
  return goodputBound({ factor, capacityPerSecond: 1000 / serveMs, rejectMs, serveMs }).toFixed(2)
}

t.test("is the design's example: 2 ms handlers and a refusal of 17 or 12 µs", async (t) => {
  t.equal(onCpu(5, 0.017, 2), '0.97')
  t.equal(onCpu(10, 0.017, 2), '0.92')
  t.equal(onCpu(5, 0.012, 2), '0.98')
  t.equal(onCpu(10, 0.012, 2), '0.95')
})

t.test('is what was asked for, below capacity', async (t) => {
  t.equal(onCpu(0.5, 0.1, 1), '0.50')
})

t.test('is nothing when refusing alone takes all the CPU', async (t) => {
  t.equal(onCpu(10, 0.2, 1), '0.00')
})

t.test('is the capacity where something else than CPU bounds it', async (t) => {
  const pool = { capacityPerSecond: 2000, rejectMs: 0.03, serveMs: 0.12 }
  t.equal(goodputBound({ ...pool, factor: 5 }), 1)
  // 40 × 2,000 refused take more than a core; at 15 × what is left of it is enough for 0.56 of them.
  t.equal(goodputBound({ ...pool, factor: 40 }), 0)
  t.equal(goodputBound({ ...pool, factor: 15 }).toFixed(2), '0.56')
})
