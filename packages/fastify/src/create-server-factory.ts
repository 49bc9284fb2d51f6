import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, type ServerOptions } from 'node:https'
import { createRawGate, resolveHeadgate, type WrapOptions } from '@headgate/node'
import type {
  FastifyServerFactory,
  FastifyServerFactoryHandler,
  FastifyServerOptions,
} from 'fastify'

/** Options of the guard: those of `wrap`, on raw requests. */
export type GuardOptions = WrapOptions<IncomingMessage, ServerResponse>

type Timeouts = Pick<
  FastifyServerOptions,
  'connectionTimeout' | 'keepAliveTimeout' | 'requestTimeout' | 'maxRequestsPerSocket'
>

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
 * @param serverOptions for `node:http`, or, with `key` and `cert` or the like, `node:https`
 * @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range.
 */
export function createServerFactory(
  options: GuardOptions = {},
  serverOptions: ServerOptions = {},
): FastifyServerFactory {
  // Made once: listening on `localhost` calls the factory again for each address.
  const gate = createRawGate(options, resolveHeadgate(options, ['admit']))
  return (handler: FastifyServerFactoryHandler, fastifyOptions) => {
    const listener = handler as (request: IncomingMessage, response: ServerResponse) => void
    const isSecure =
      'key' in serverOptions || 'pfx' in serverOptions || 'SNICallback' in serverOptions
    const server: Server = isSecure
      ? createSecureServer(serverOptions)
      : createServer(serverOptions)
    server.on('request', (request, response) => gate(request, response, listener))
    // Answering here keeps Node from inviting the body before the gate has been asked.
    server.on('checkContinue', (request, response) => {
      gate(request, response, () => {
        response.writeContinue()
        listener(request, response)
      })
    })
    setTimeouts(server, fastifyOptions as Timeouts)
    return server
  }
}

/** Fastify leaves these to whoever makes the server. */
function setTimeouts(server: Server, options: Timeouts): void {
  const { connectionTimeout, keepAliveTimeout, requestTimeout, maxRequestsPerSocket } = options
  if (connectionTimeout !== undefined) server.timeout = connectionTimeout
  if (keepAliveTimeout !== undefined) server.keepAliveTimeout = keepAliveTimeout
  if (requestTimeout !== undefined) server.requestTimeout = requestTimeout
  if (maxRequestsPerSocket !== undefined) server.maxRequestsPerSocket = maxRequestsPerSocket
}
