import { createServer } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import { conform, listenHere, serveRaw } from '@headgate/conformance'
import { createAdmission, wrap } from '../../src/index.ts'

conform({
  name: 'wrap',
  isGuard: true,
  start: async (service, options) => {
    const admission = createAdmission(options)
    const listener = serveRaw(service)
    const server = createServer(wrap(listener, { admission }))
    server.on(
      'checkContinue',
      wrap(
        (request, response) => {
          response.writeContinue()
          return listener(request, response)
        },
        { admission },
      ),
    )
    return { server, admission, close: await listenHere(server) }
  },
  startHttp2: async (service, options) => {
    const admission = createAdmission(options)
    const server = createHttp2Server(wrap(serveRaw(service), { admission }))
    return { server, admission, close: await listenHere(server) }
  },
})
