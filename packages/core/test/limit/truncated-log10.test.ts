import t from 'tap'
import { truncatedLog10 } from '../../src/limit/truncated-log10.ts'

t.test('counts decades, at least one', async (t) => {
  const expected: readonly (readonly [number, number])[] = [
    [1, 1],
    [9, 1],
    [10, 1],
    [99, 1],
    [100, 2],
    [999, 2],
    [1000, 3],
    [9999, 3],
    [10_000, 4],
    [Number.MAX_SAFE_INTEGER, 15],
  ]
  for (const [limit, log] of expected) t.equal(truncatedLog10(limit), log, `of ${limit}`)
})
