import type { LoadReport } from '@headgate/loadgen'
import t from 'tap'
import { refusalCost } from '../../src/measure/refusal-cost.ts'
import type { ServerUsage } from '../../src/server/server-usage.ts'

interface Figures {
  readonly offered: number
  readonly rejected: number
  /** Whether the server works in each turn of its loop: a turn takes 1 % of it besides. */
  readonly works: boolean
  /** Something else takes so many milliseconds of the third tenth of each second. */
  readonly standstillMs?: number
  /** How many of its readings came. */
  readonly readings?: number
}

const READ_EVERY_MS = 100

/** A second of refusals of 0.02 ms each, then a second of the server alone, read ten times each. */
function cost({
  offered,
  rejected,
  works,
  standstillMs = 0,
  readings: came = 21,
}: Figures): string | undefined {
  const phases = ['refuse', 'alone'].map((name, second) => ({
    ...{ name, startMs: second * 1000, durationMs: 1000 },
    total: second === 0 ? { offered, rejected } : { offered: 0, rejected: 0 },
  }))
  const report = { startedAtEpochMs: 5000, phases } as unknown as LoadReport
  const sum = { cpuMs: 70, busyMs: 0, jobs: 0, stolenMs: 0 }
  const readings: ServerUsage[] = [{ atEpochMs: 5000, ...sum }]
  for (let tenth = 0; tenth < 20; tenth += 1) {
    const refusalsMs = tenth < 10 ? (rejected * 0.02) / 10 : 0
    const lostMs = tenth % 10 === 2 ? standstillMs : 0
    if (works) sum.busyMs += (READ_EVERY_MS - refusalsMs - lostMs) / 1.01
    // A server without work still has its timers. What others do with the core is no matter either way.
    sum.cpuMs += works ? 50 : refusalsMs + lostMs + 0.3
    readings.push({ atEpochMs: 5000 + (tenth + 1) * READ_EVERY_MS, ...sum })
  }
  return refusalCost(report, readings.slice(0, came))?.toFixed(4)
}

const ALL = { offered: 2000, rejected: 2000, works: true }

t.equal(cost(ALL), '0.0200', 'the work of the server, and its turns, are not the refusals')
t.equal(cost({ ...ALL, works: false }), '0.0200', 'nor are its timers')
t.equal(cost({ ...ALL, standstillMs: 30 }), '0.0200', 'a standstill is none of them')
t.equal(cost({ ...ALL, works: false, standstillMs: 30 }), '0.0200')
t.equal(cost({ ...ALL, rejected: 1990 }), '0.0200')
t.equal(cost({ ...ALL, rejected: 1900 }), undefined, 'some were served')
t.equal(cost({ ...ALL, offered: 100, rejected: 100 }), undefined, 'too few to tell')
t.equal(cost({ ...ALL, readings: 11 }), undefined, 'the server alone was not read twice')
