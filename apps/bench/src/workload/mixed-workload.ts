import type { Workload } from './workload.ts'

const CHEAP_MS = 1

export const mixedWorkload: Workload = {
  name: 'mixed',
  about: '90 % of requests burn 1 ms, 10 % burn 50 ms, synchronous, on two routes',
  targets: [
    { name: 'cheap', weight: 90, path: '/cheap' },
    { name: 'dear', weight: 10, path: '/dear' },
  ],
  closedLoopConnections: 10,
  burstMs: CHEAP_MS,
  createHandlers: ({ meter }) => ({
    '/cheap': async () => {
      meter.spin(CHEAP_MS)
      return 'ok'
    },
    '/dear': async () => {
      meter.spin(50)
      return 'ok'
    },
  }),
}
