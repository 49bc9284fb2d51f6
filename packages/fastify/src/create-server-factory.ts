import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SecureServerOptions } from 'node:http2'
import type { ServerOptions } from 'node:https'
import { createRawGate, resolveHeadgate, WRAP_OPTION_NAMES, type WrapOptions } from '@headgate/node'
import type { FastifyServerFactory, FastifyServerFactoryHandler } from 'fastify'
import { createListeningServer, type Listening } from './create-listening-server.ts'
import { markGuarded } from './guarded-server.ts'

/** Options of the guard: those of `wrap`, on raw requests. */
export type GuardOptions = WrapOptions<IncomingMessage, ServerResponse>

/**
 * A guard before Fastify: refuses before routing, logging and Fastify's own objects are paid for.
 *
 * ```ts
 * const admission = createAdmission()
 * const app = fastify({ serverFactory: createServerFactory({ admission }) })
 * await app.register(headgate, { admission })
 * ```
 *
 * A request that the guard admitted is not counted again by the plugin. As the guard comes before the
 * router, tiers in a route's config need `{ admission, admit: 'route' }`: the guard then refuses only
 * what no route could save, and the plugin admits.
 *
 * @param serverOptions for `node:http`, or, with `key` and `cert` or the like, `node:https`; with Fastify's
 *   `http2: true`, for `node:http2`. They go before those that Fastify was given
 * @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range.
 */
export function createServerFactory(
  options: GuardOptions = {},
  serverOptions: ServerOptions | SecureServerOptions = {},
): FastifyServerFactory {
  // Made once: listening on `localhost` calls the factory again for each address.
  const resolved = resolveHeadgate(options, WRAP_OPTION_NAMES)
  const { admission, owned } = resolved
  const gate = createRawGate(options, resolved)
  let open = 0
  return (handler: FastifyServerFactoryHandler, fastifyOptions) => {
    const listener = handler as (request: IncomingMessage, response: ServerResponse) => void
    const server = createListeningServer(fastifyOptions as Listening, serverOptions)
    markGuarded(server, admission)
    server.on('listening', () => {
      open += 1
    })
    server.on('close', () => {
      open -= 1
      if (owned && open <= 0) admission.close()
    })
    server.on('request', (request, response) => gate(request, response, listener))
    // Answering here keeps Node from inviting the body before the gate has been asked.
    server.on('checkContinue', (request, response) => {
      gate(request, response, () => {
        response.writeContinue()
        listener(request, response)
      })
    })
    return server
  }
}
