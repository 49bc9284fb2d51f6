import type { Contestant } from '../contestant/contestant.ts'
import type { BenchRoute, BenchServer } from './bench-server.ts'
import type { HostName } from './host-name.ts'

/**
 * A server of this host, guarded by this contestant. Loads no other host into the process.
 *
 * @throws {Error} (as a rejection) when the contestant does not know the host.
 */
export async function createBenchServer(
  host: HostName,
  {
    contestant,
    parameter,
  }: { readonly contestant: Contestant; readonly parameter?: string | undefined },
  routes: readonly BenchRoute[],
): Promise<BenchServer> {
  const { fastify, express, koa, node } = contestant
  if (host === 'fastify' && fastify !== undefined) {
    const { createFastifyServer } = await import('./fastify-server.ts')
    return await createFastifyServer(await fastify(parameter), routes)
  }
  if (host === 'express' && express !== undefined) {
    const { createExpressServer } = await import('./express-server.ts')
    return createExpressServer(await express(parameter), routes)
  }
  if (host === 'koa' && koa !== undefined) {
    const { createKoaServer } = await import('./koa-server.ts')
    return createKoaServer(await koa(parameter), routes)
  }
  if (host === 'node' && node !== undefined) {
    const { createNodeServer } = await import('./node-server.ts')
    return createNodeServer(await node(parameter), routes)
  }
  throw new Error(`${contestant.name} is no guard for ${host}`)
}
