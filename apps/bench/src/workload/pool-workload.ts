import { setTimeout as sleep } from 'node:timers/promises'
import { SlotPool } from './slot-pool.ts'
import type { Workload } from './workload.ts'

export const poolWorkload: Workload = poolOf('pool', 10)

/** So slow that ten times the load of it can be refused by hosts that take 50 us for a refusal. */
export const slowPoolWorkload: Workload = poolOf('slow-pool', 40)

function poolOf(name: string, meanMs: number): Workload {
  return {
    name,
    about: `a query of ${meanMs} ms (exponential) through a pool of 20 with an unbounded wait queue`,
    targets: [{ name: 'all', path: '/' }],
    closedLoopConnections: 60,
    burstMs: 0,
    createHandlers: ({ random }) => {
      const pool = new SlotPool(20)
      return {
        '/': async () => {
          await pool.run(() => sleep(random.nextExponential(meanMs)))
          return 'ok'
        },
      }
    },
  }
}
