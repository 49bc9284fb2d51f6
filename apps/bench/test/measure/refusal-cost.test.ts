import type { LoadReport } from '@headgate/loadgen'
import t from 'tap'
import { refusalCost } from '../../src/measure/refusal-cost.ts'
import type { ServerUsage } from '../../src/server/server-usage.ts'

interface Figures {
  readonly offered: number
  readonly rejected: number
  /** Of the server's own work, in each second. */
  readonly busyMs: number
  readonly stolenMs: number
}

/** A second of refusals of 0.02 ms each, then one of the server alone, which takes 4 ms for its turns. */
function cost({ offered, rejected, busyMs, stolenMs }: Figures): string | undefined {
  const phases = ['refuse', 'alone'].map((name, second) => ({
    ...{ name, startMs: second * 1000, durationMs: 1000 },
    total: second === 0 ? { offered, rejected } : { offered: 0, rejected: 0 },
  }))
  const report = { startedAtEpochMs: 5000, phases } as unknown as LoadReport
  // The clock of whoever works runs on while others have the core.
  const ownCpuMs = busyMs - stolenMs
  const first = { cpuMs: 70 + ownCpuMs + 4 + rejected * 0.02, busyMs, stolenMs }
  const second = { cpuMs: first.cpuMs + busyMs + 4, busyMs: busyMs * 2, stolenMs }
  const readings: readonly ServerUsage[] = [
    { atEpochMs: 4900, cpuMs: 70, busyMs: 0, jobs: 0, stolenMs: 0 },
    { atEpochMs: 5000, cpuMs: 70, busyMs: 0, jobs: 0, stolenMs: 0 },
    { atEpochMs: 6000, ...first, jobs: 0 },
    { atEpochMs: 7000, ...second, jobs: 0 },
  ]
  return refusalCost(report, readings)?.toFixed(6)
}

const BUSY = { offered: 2000, rejected: 2000, busyMs: 900, stolenMs: 0 }

t.equal(cost(BUSY), '0.020000', 'the work of the server is not the refusals')
t.equal(cost({ ...BUSY, stolenMs: 50 }), '0.020000', 'nor is what others had of its time')
t.equal(cost({ ...BUSY, busyMs: 0 }), '0.020000')
t.equal(cost({ ...BUSY, busyMs: 0, rejected: 1990 }), '0.020000')
t.equal(cost({ ...BUSY, rejected: 1900 }), undefined, 'some were served')
t.equal(cost({ ...BUSY, offered: 100, rejected: 100 }), undefined, 'too few to tell')
