import fastify from 'fastify'
import type { FastifyGuard } from '../contestant/contestant.ts'
import type { BenchRoute, BenchServer } from './bench-server.ts'

export async function createFastifyServer(
  { register, serverFactory, refuseAll }: FastifyGuard,
  routes: readonly BenchRoute[],
): Promise<BenchServer> {
  const app = fastify({ logger: false, ...(serverFactory && { serverFactory }) })
  await register?.(app)
  for (const { path, tier, handler } of routes) {
    app.get(path, tier === undefined ? {} : { config: { headgate: { tier } } }, handler)
  }
  await app.ready()
  return { server: app.server, refuseAll }
}
