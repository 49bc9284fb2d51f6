import { createServer } from 'node:http'
import Koa, { type Middleware } from 'koa'
import type { Guard } from '../contestant/contestant.ts'
import type { BenchRoute, BenchServer } from './bench-server.ts'

/** Routes by a table of paths: a router's cost would be nobody's here. */
export function createKoaServer(
  { middleware, wrap, refuseAll }: Guard<Middleware>,
  routes: readonly BenchRoute[],
): BenchServer {
  const app = new Koa()
  if (middleware !== undefined) app.use(middleware)
  const handlers = new Map(routes.map(({ path, handler }) => [path, handler]))
  app.use(async (context) => {
    const handler = handlers.get(context.path)
    if (handler !== undefined) context.body = await handler()
  })
  const callback = app.callback()
  return { server: createServer(wrap?.(callback) ?? callback), refuseAll }
}
