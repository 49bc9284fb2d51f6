import t from 'tap'
import { ShadowCounters } from '../../src/shadow/shadow-counters.ts'

t.test('counts by tier, by what would have been said, and by what happened', async (t) => {
  const counters = new ShadowCounters()
  counters.onEnd(0, 'admitted', 'success')
  counters.onEnd(3, 'pressure', 'ignore')
  counters.onEnd(3, 'pressure', 'ignore')
  counters.onEnd(3, 'waiting', 'overload')
  t.same(counters.counts, {
    critical: { admitted: { success: 1 } },
    important: {},
    optional: {},
    opportunistic: { pressure: { ignore: 2 }, waiting: { overload: 1 } },
  })
})
