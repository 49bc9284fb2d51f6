import t from 'tap'
import { heapPressure } from '../../src/pressure/heap-pressure.ts'

t.test('rises from four fifths of the limit on, and is 1 shortly before it', async (t) => {
  const check = (used: number, expected: number): void => {
    const pressure = heapPressure({ used_heap_size: used, heap_size_limit: 1_000 })
    t.ok(Math.abs(pressure - expected) < 1e-9, `${used} of 1000: ${pressure}`)
  }
  check(0, 0)
  check(799, 0)
  check(800, 0)
  check(875, 0.5)
  check(950, 1)
  check(1_000, 1)
  check(2_000, 1)
})

t.test('is nothing in a process that does nothing', async (t) => {
  t.equal(heapPressure(), 0)
})
