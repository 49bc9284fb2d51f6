import { createServer, type RequestListener } from 'node:http'
import express, { type RequestHandler } from 'express'
import type { Guard } from '../contestant/contestant.ts'
import type { BenchRoute, BenchServer } from './bench-server.ts'

export function createExpressServer(
  { middleware, wrap, refuseAll }: Guard<RequestHandler>,
  routes: readonly BenchRoute[],
): BenchServer {
  const app = express()
  if (middleware !== undefined) app.use(middleware)
  for (const { path, handler } of routes) {
    app.get(path, async (_, response) => {
      response.send(await handler())
    })
  }
  const listener = app as RequestListener
  return { server: createServer(wrap?.(listener) ?? listener), refuseAll }
}
