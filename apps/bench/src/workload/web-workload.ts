import { setTimeout as sleep } from 'node:timers/promises'
import { SlotPool } from './slot-pool.ts'
import type { Workload } from './workload.ts'

const BURST_MS = 0.4

export const webWorkload: Workload = {
  name: 'web',
  about: '0.4 ms of CPU, a query of 5 ms (exponential) through a pool of 20, 0.4 ms of CPU',
  targets: [{ name: 'all', path: '/' }],
  closedLoopConnections: 40,
  burstMs: BURST_MS,
  createHandlers: ({ random, meter }) => {
    const pool = new SlotPool(20)
    return {
      '/': async () => {
        meter.spin(BURST_MS)
        await pool.run(() => sleep(random.nextExponential(5)))
        meter.spin(BURST_MS)
        return 'ok'
      },
    }
  },
}
