import type { Workload } from './workload.ts'

export const helloWorkload: Workload = {
  name: 'hello',
  about: 'hello world',
  targets: [{ name: 'all', path: '/' }],
  closedLoopConnections: 50,
  burstMs: 0,
  createHandlers: () => ({ '/': async () => 'hello world' }),
}
