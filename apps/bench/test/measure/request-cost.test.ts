import type { LoadReport } from '@headgate/loadgen'
import t from 'tap'
import { requestCost } from '../../src/measure/request-cost.ts'
import type { ServerUsage } from '../../src/server/server-usage.ts'

/** A server that adds 0.1 ms around each job of 2 ms, and refuses in 0.02 ms. */
function check(rejected: number, expected: ReturnType<typeof requestCost>): void {
  const phase = (name: string, startMs: number): object => ({
    name,
    startMs,
    durationMs: 1000,
    total: { rejected },
  })
  const report = { startedAtEpochMs: 5000, phases: [phase('before', 0), phase('overload', 1000)] }
  const overloadCpuMs = 400 * 2.1 + rejected * 0.02
  const readings: readonly ServerUsage[] = [
    { atEpochMs: 4900, cpuMs: 70, busyMs: 0, jobs: 0, stolenMs: 0 },
    { atEpochMs: 5000, cpuMs: 70, busyMs: 0, jobs: 0, stolenMs: 0 },
    { atEpochMs: 6000, cpuMs: 70 + 210, busyMs: 200, jobs: 100, stolenMs: 0 },
    { atEpochMs: 7000, cpuMs: 280 + overloadCpuMs, busyMs: 1000, jobs: 500, stolenMs: 0 },
  ]
  const { serveMs, rejectMs } = requestCost(report as unknown as LoadReport, readings)
  t.equal(serveMs.toFixed(6), expected.serveMs.toFixed(6))
  t.equal(rejectMs?.toFixed(6), expected.rejectMs?.toFixed(6))
}

check(2000, { serveMs: 2.1, rejectMs: 0.02 })
check(300, { serveMs: 2.1, rejectMs: 0.02 })
check(10, { serveMs: 2.1 })
