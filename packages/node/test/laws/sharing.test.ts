import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import {
  conformSharing,
  listenHere,
  PLANNED_ANSWERS,
  type Service,
  serveRaw,
  writePlanned,
} from '@headgate/conformance'
import { context, createAdmission, visitOf, type WrapOptions, wrap } from '../../src/index.ts'

conformSharing({
  name: 'wrap',
  start: async (service, options, coalesce) => {
    const admission = createAdmission(options)
    const server = createServer(numbered(gate(service, { admission, coalesce })))
    return { server, admission, close: await listenHere(server) }
  },
  startHttp2: async (service, options, coalesce) => {
    const admission = createAdmission(options)
    // Planned answers are written as both kinds of responses take them.
    const server = createHttp2Server(numbered(gate(service, { admission, coalesce })) as never)
    return { server, admission, close: await listenHere(server) }
  },
})

type Raw = (request: IncomingMessage, response: ServerResponse) => unknown

function gate(service: Service, options: WrapOptions<IncomingMessage, ServerResponse>): Raw {
  const others = serveRaw(service, { handleOf: visitOf, context })
  return wrap<IncomingMessage, ServerResponse>(async (request, response) => {
    const plan = PLANNED_ANSWERS[request.url?.split('?')[0] ?? '']
    if (plan === undefined) return others(request, response)
    try {
      writePlanned(response, await plan(service, request.headers))
    } catch {
      response.writeHead(500).end()
    }
  }, options)
}

/** Each response has a number, set before the gate. */
function numbered(listener: Raw): Raw {
  let requests = 0
  return (request, response) => {
    requests += 1
    response.setHeader('x-request', String(requests))
    return listener(request, response)
  }
}
