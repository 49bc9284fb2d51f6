import t from 'tap'
import { type ServerUsage, usageBetween } from '../../src/server/server-usage.ts'

const READINGS: readonly ServerUsage[] = [
  { atEpochMs: 1000, cpuMs: 0, busyMs: 0, jobs: 0, stolenMs: 0 },
  { atEpochMs: 1100, cpuMs: 100, busyMs: 80, jobs: 40, stolenMs: 0 },
  { atEpochMs: 1300, cpuMs: 120, busyMs: 80, jobs: 40, stolenMs: 10 },
]

t.test('reads between readings', async (t) => {
  t.same(usageBetween(READINGS, 1050, 1200), { cpuMs: 60, busyMs: 40, jobs: 20, stolenMs: 5 })
})

t.test('does not guess beyond them', async (t) => {
  t.throws(() => usageBetween(READINGS, 900, 1200), /do not reach/)
  t.throws(() => usageBetween(READINGS, 1100, 1301), /do not reach/)
})
