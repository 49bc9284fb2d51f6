import t from 'tap'
import { OVERLOAD_FIGURES, successAfterStandstill } from '../../src/figure/overload-figures.ts'
import { checkFigures } from './check-figures.ts'

// A standing queue is kept 25 ms long and served in order: more than two service times (issue 3).
checkFigures(t, OVERLOAD_FIGURES, ['impatient clients: p50, ms'])

t.test('without expiry, naive retries keep the service down: the figure can fail', async (t) => {
  const patient = { maxQueued: 20_000, maxWaitMs: 60_000, order: 'fifo' } as const
  const options = { queue: patient, shedAt: { important: 1 } }
  const success = successAfterStandstill(1, 10, options)
  t.ok(success < 0.5, `success ${success}`)
})
