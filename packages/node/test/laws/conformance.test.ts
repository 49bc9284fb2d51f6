import { createServer } from 'node:http'
import {
  createServer as createHttp2Server,
  createSecureServer,
  type Http2SecureServer,
  type Http2Server,
} from 'node:http2'
import { conform, listenHere, SELF_SIGNED, serveRaw } from '@headgate/conformance'
import {
  type Admission,
  context,
  createAdmission,
  drainOnSignal,
  visitOf,
  wrap,
} from '../../src/index.ts'

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
    const listener = wrap(serveRaw(service, SIGHT), { admission, ...hostOptions })
    return run(createHttp2Server(listener), admission)
  },
  startSecure: async (service, options, hostOptions) => {
    const admission = createAdmission(options)
    const listener = wrap(serveRaw(service, SIGHT), { admission, ...hostOptions })
    return run(createSecureServer(SELF_SIGNED, listener), admission)
  },
})

async function run(server: Http2Server | Http2SecureServer, admission: Admission) {
  const { start, stop } = drainOnSignal(server, admission, { drainDelayMs: 0, lastCallMs: 60_000 })
  const end = await listenHere(server)
  const close = async (): Promise<void> => {
    stop()
    await end()
  }
  return { server, admission, drain: start, close }
}
