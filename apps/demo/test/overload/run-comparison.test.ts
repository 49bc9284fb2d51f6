import t from 'tap'
import { comparisonPhases } from '../../src/overload/run-comparison.ts'

t.test('goes from half the capacity to the overload and back', async (t) => {
  const options = { factor: 4, warmUpMs: 1, capacityMs: 1, beforeMs: 2, overloadMs: 3, afterMs: 5 }
  t.same(comparisonPhases(options, 500), [
    { name: 'before', ratePerSecond: 250, durationMs: 2 },
    { name: 'overload', ratePerSecond: 2000, durationMs: 3 },
    { name: 'after', ratePerSecond: 250, durationMs: 5 },
  ])
})
