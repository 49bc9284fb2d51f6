import { createServer, type Server } from 'node:http'
import {
  createServer as createHttp2Server,
  createSecureServer as createSecureHttp2Server,
  type SecureServerOptions,
  type ServerHttp2Session,
} from 'node:http2'
import { createServer as createSecureServer, type ServerOptions } from 'node:https'
import type { FastifyServerOptions } from 'fastify'

/** What Fastify was told about its server. */
export interface Listening
  extends Pick<
    FastifyServerOptions,
    'connectionTimeout' | 'keepAliveTimeout' | 'requestTimeout' | 'maxRequestsPerSocket'
  > {
  readonly http?: ServerOptions | null
  readonly https?: ServerOptions | SecureServerOptions | null
  readonly http2?: boolean
  readonly http2SessionTimeout?: number
}

/**
 * The server that Fastify would have made: it leaves its own options for it to whoever makes it. Those given
 * beside them go first.
 */
export function createListeningServer(
  fastifyOptions: Listening,
  serverOptions: ServerOptions | SecureServerOptions,
): Server {
  const { http, https, http2, connectionTimeout } = fastifyOptions
  const options: ServerOptions & SecureServerOptions = { ...http, ...https, ...serverOptions }
  const isSecure = 'key' in options || 'pfx' in options || 'SNICallback' in options
  if (http2) return createSessionServer(fastifyOptions, options, isSecure)
  const server: Server = isSecure ? createSecureServer(options) : createServer(options)
  if (connectionTimeout !== undefined) server.timeout = connectionTimeout
  for (const name of ['keepAliveTimeout', 'requestTimeout', 'maxRequestsPerSocket'] as const) {
    const value = fastifyOptions[name]
    if (value !== undefined && !(name in options)) server[name] = value
  }
  return server
}

function createSessionServer(
  { connectionTimeout, http2SessionTimeout }: Listening,
  options: SecureServerOptions,
  isSecure: boolean,
): Server {
  const server = isSecure ? createSecureHttp2Server(options) : createHttp2Server(options)
  if (connectionTimeout !== undefined) server.setTimeout(connectionTimeout)
  server.on('session', (session: ServerHttp2Session) => {
    if (http2SessionTimeout !== undefined) {
      session.setTimeout(http2SessionTimeout, () => session.close())
    }
  })
  // Fastify's type of a factory knows the servers of HTTP/1 only.
  return server as unknown as Server
}
