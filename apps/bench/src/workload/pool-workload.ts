import { setTimeout as sleep } from 'node:timers/promises'
import { SlotPool } from './slot-pool.ts'
import type { Workload } from './workload.ts'

export const poolWorkload: Workload = {
  name: 'pool',
  about: 'a query of 10 ms (exponential) through a pool of 20 with an unbounded wait queue',
  targets: [{ name: 'all', path: '/' }],
  closedLoopConnections: 60,
  burstMs: 0,
  createHandlers: ({ random }) => {
    const pool = new SlotPool(20)
    return {
      '/': async () => {
        await pool.run(() => sleep(random.nextExponential(10)))
        return 'ok'
      },
    }
  },
}
