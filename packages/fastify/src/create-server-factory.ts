import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, type ServerOptions } from 'node:https'
import {
  createRawGate,
  InvalidOptionError,
  resolveHeadgate,
  type WrapOptions,
} from '@headgate/node'
import type {
  FastifyServerFactory,
  FastifyServerFactoryHandler,
  FastifyServerOptions,
} from 'fastify'
import { markGuarded } from './guarded-server.ts'

/** Options of the guard: those of `wrap`, on raw requests. */
export type GuardOptions = WrapOptions<IncomingMessage, ServerResponse>

/** What Fastify was told about its server. */
interface Listening
  extends Pick<
    FastifyServerOptions,
    'connectionTimeout' | 'keepAliveTimeout' | 'requestTimeout' | 'maxRequestsPerSocket'
  > {
  readonly http?: ServerOptions | null
  readonly https?: ServerOptions | null
  readonly http2?: boolean
}

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
 * @param serverOptions for `node:http`, or, with `key` and `cert` or the like, `node:https`; they go
 *   before those that Fastify was given
 * @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range.
 */
export function createServerFactory(
  options: GuardOptions = {},
  serverOptions: ServerOptions = {},
): FastifyServerFactory {
  // Made once: listening on `localhost` calls the factory again for each address.
  const resolved = resolveHeadgate(options, ['admit'])
  const { admission, owned } = resolved
  const gate = createRawGate(options, resolved)
  let open = 0
  return (handler: FastifyServerFactoryHandler, fastifyOptions) => {
    const listener = handler as (request: IncomingMessage, response: ServerResponse) => void
    const server = makeServer(fastifyOptions as Listening, serverOptions)
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

/** Fastify leaves its own options for the server to whoever makes it; ours go before them. */
function makeServer(fastifyOptions: Listening, serverOptions: ServerOptions): Server {
  const { http, https, http2, connectionTimeout } = fastifyOptions
  if (http2) throw new InvalidOptionError('http2', 'left out: the guard serves HTTP/1', http2)
  const options = { ...http, ...https, ...serverOptions }
  const isSecure = 'key' in options || 'pfx' in options || 'SNICallback' in options
  const server: Server = isSecure ? createSecureServer(options) : createServer(options)
  if (connectionTimeout !== undefined) server.timeout = connectionTimeout
  for (const name of ['keepAliveTimeout', 'requestTimeout', 'maxRequestsPerSocket'] as const) {
    const value = fastifyOptions[name]
    if (value !== undefined && !(name in options)) server[name] = value
  }
  return server
}
