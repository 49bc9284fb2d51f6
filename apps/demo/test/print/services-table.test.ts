import type { LoadOutcomes } from '@headgate/loadgen'
import t from 'tap'
import { formatServices } from '../../src/print/services-table.ts'
import type { ServicesRun } from '../../src/services/run-services.ts'

const OPTIONS = { factor: 3, quietFactor: 0.7, beforeMs: 2000, overloadMs: 5000, afterMs: 6000 }

const outcomes = (served: number): LoadOutcomes =>
  ({
    ...{ offered: 100, served, late: 3, unsent: 2, errors: 1, goodputPerSecond: served / 5 },
    servedMs: { count: served, p99Ms: 12 },
  }) as LoadOutcomes

t.test('one line a run', async (t) => {
  const run: ServicesRun = {
    sides: { stock: false, front: true },
    overload: outcomes(50),
    after: outcomes(99),
    requestsPerCall: { overload: 3.456, after: 1 },
    recoveryMs: 100,
    invalidReasons: [],
  }
  const never = { ...run, sides: { stock: true, front: false }, recoveryMs: undefined }
  const [, , first, second] = formatServices([run, never], OPTIONS).split('\n')
  const cells = (line = '') => line.split(/ {2,}/)
  t.same(cells(first), [
    ...['bare', 'Headgate', '10/s', '12 ms', '6', '3.46', '99 %', '1.00', 'after 0.1 s'],
  ])
  t.same(cells(second).slice(0, 2), ['Headgate', 'bare'])
  t.equal(cells(second).at(-1), 'not within 6.0 s')
})
