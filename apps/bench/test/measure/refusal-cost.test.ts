import type { LoadReport } from '@headgate/loadgen'
import t from 'tap'
import { refusalCost } from '../../src/measure/refusal-cost.ts'
import type { ServerUsage } from '../../src/server/server-usage.ts'

interface Figures {
  readonly offered: number
  readonly rejected: number
  /** Whether the server works in each turn of its loop: a turn takes 1 % of it besides. */
  readonly works: boolean
}

/** A second of refusals of 0.02 ms each, then a second of the server alone. */
function cost({ offered, rejected, works }: Figures): string | undefined {
  const phases = ['refuse', 'alone'].map((name, second) => ({
    ...{ name, startMs: second * 1000, durationMs: 1000 },
    total: second === 0 ? { offered, rejected } : { offered: 0, rejected: 0 },
  }))
  const report = { startedAtEpochMs: 5000, phases } as unknown as LoadReport
  const refusalsMs = rejected * 0.02
  const busyMs = works ? [(1000 - refusalsMs) / 1.01, 1000 / 1.01] : [0, 0]
  // A server without work still has its timers. What others do with the core is no matter either way.
  const cpuMs = works ? [500, 500] : [refusalsMs + 3, 3]
  const sum = { cpuMs: 70, busyMs: 0, jobs: 0, stolenMs: 0 }
  const readings: ServerUsage[] = [{ atEpochMs: 4900, ...sum }]
  for (const second of [0, 1, 2]) {
    readings.push({ atEpochMs: 5000 + second * 1000, ...sum })
    sum.cpuMs += cpuMs[second] ?? 0
    sum.busyMs += busyMs[second] ?? 0
  }
  return refusalCost(report, readings)?.toFixed(6)
}

const ALL = { offered: 2000, rejected: 2000, works: true }

t.equal(cost(ALL), '0.020000', 'the work of the server, and its turns, are not the refusals')
t.equal(cost({ ...ALL, works: false }), '0.020000', 'nor are its timers')
t.equal(cost({ ...ALL, rejected: 1990 }), '0.020000')
t.equal(cost({ ...ALL, rejected: 1900 }), undefined, 'some were served')
t.equal(cost({ ...ALL, offered: 100, rejected: 100 }), undefined, 'too few to tell')
