import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  conformSharing,
  listenHere,
  PLANNED_ANSWERS,
  serveRaw,
  writePlanned,
} from '@headgate/conformance'
import { context, createAdmission, visitOf, wrap } from '../../src/index.ts'

conformSharing({
  name: 'wrap',
  start: async (service, options, coalesce) => {
    const admission = createAdmission(options)
    const others = serveRaw(service, { handleOf: visitOf, context })
    const gated = wrap<IncomingMessage, ServerResponse>(
      async (request, response) => {
        const plan = PLANNED_ANSWERS[request.url?.split('?')[0] ?? '']
        if (plan === undefined) return others(request, response)
        try {
          writePlanned(response, await plan(service, request.headers))
        } catch {
          response.writeHead(500).end()
        }
      },
      { admission, coalesce },
    )
    let requests = 0
    const server = createServer((request, response) => {
      requests += 1
      response.setHeader('x-request', String(requests))
      return gated(request, response)
    })
    return { server, admission, close: await listenHere(server) }
  },
})
