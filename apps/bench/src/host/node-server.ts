import { createServer, type RequestListener } from 'node:http'
import type { Guard } from '../contestant/contestant.ts'
import type { BenchRoute, BenchServer } from './bench-server.ts'

/** No framework: what `node:http` gives, and a table of paths. */
export function createNodeServer(
  { wrap, refuseAll }: Guard<never>,
  routes: readonly BenchRoute[],
): BenchServer {
  const handlers = new Map(routes.map(({ path, handler }) => [path, handler]))
  const listener: RequestListener = async (request, response) => {
    const body = await handlers.get(request.url ?? '')?.()
    response.writeHead(body === undefined ? 404 : 200, {
      'content-type': 'text/plain',
      'content-length': body?.length ?? 0,
    })
    response.end(body)
  }
  return { server: createServer(wrap?.(listener) ?? listener), refuseAll }
}
