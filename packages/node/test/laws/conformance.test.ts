import { createServer } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import { conform, listenHere, serveRaw } from '@headgate/conformance'
import { context, createAdmission, visitOf, wrap } from '../../src/index.ts'

const SIGHT = { handleOf: visitOf, context }

conform({
  name: 'wrap',
  isGuard: true,
  start: async (service, options, hostOptions) => {
    const admission = createAdmission(options)
    const listener = serveRaw(service, SIGHT)
    const server = createServer(wrap(listener, { admission, ...hostOptions }))
    server.on(
      'checkContinue',
      wrap(
        (request, response) => {
          response.writeContinue()
          return listener(request, response)
        },
        { admission, ...hostOptions },
      ),
    )
    return { server, admission, close: await listenHere(server) }
  },
  startHttp2: async (service, options, hostOptions) => {
    const admission = createAdmission(options)
    const server = createHttp2Server(wrap(serveRaw(service, SIGHT), { admission, ...hostOptions }))
    return { server, admission, close: await listenHere(server) }
  },
})
