import type { Workload } from './workload.ts'

const MEAN_MS = 2
const SHAPE = 4

export const cpuWorkload: Workload = {
  name: 'cpu',
  about: '2 ms of CPU (gamma, shape 4), synchronous',
  targets: [{ name: 'all', path: '/' }],
  closedLoopConnections: 10,
  burstMs: MEAN_MS,
  createHandlers: ({ random, meter }) => ({
    '/': async () => {
      // A gamma of integer shape is a sum of exponentials.
      let durationMs = 0
      for (let part = 0; part < SHAPE; part++) durationMs += random.nextExponential(MEAN_MS / SHAPE)
      meter.spin(durationMs)
      return 'ok'
    },
  }),
}
