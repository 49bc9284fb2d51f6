import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import {
  constants,
  type Http2SecureServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2'
import type { Server as SecureServer } from 'node:https'
import type { Socket } from 'node:net'

/** Any server of Node's that speaks HTTP. */
export type HttpServer = Server | SecureServer | Http2Server | Http2SecureServer

/** A socket of HTTP/1, with the response that it is sending, as Node itself keeps it. */
type Http1Socket = Socket & { readonly _httpMessage?: ServerResponse | null }

/** Says that more streams may still come: who is on the way already is served. */
const ANY_STREAM = 2 ** 31 - 1

const known = new WeakMap<HttpServer, OpenConnections>()

/** The connections of a server, from the first call on: the same for all who ask. */
export function openConnections(server: HttpServer): OpenConnections {
  const connections = known.get(server) ?? new OpenConnections(server)
  known.set(server, connections)
  return connections
}

/** What must end before a server has: sockets of HTTP/1 and sessions of HTTP/2. */
export class OpenConnections {
  readonly #server: HttpServer
  readonly #sockets = new Set<Http1Socket>()
  readonly #sessions = new Set<ServerHttp2Session>()
  #isLastCall = false

  constructor(server: HttpServer) {
    this.#server = server
    const events = server as Server
    events.on('session', (session: ServerHttp2Session) => this.#keep(this.#sessions, session))
    // A cleartext server of HTTP/2 has nothing but sessions.
    const isSecure = 'setSecureContext' in server
    if (!isSecure && !('closeIdleConnections' in server)) return
    events.on(isSecure ? 'secureConnection' : 'connection', (socket: Socket) => {
      const { alpnProtocol } = socket as { alpnProtocol?: string | false | null }
      if (alpnProtocol !== 'h2') this.#keep(this.#sockets, socket)
    })
  }

  get size(): number {
    return this.#sockets.size + this.#sessions.size
  }

  /**
   * From now on every answer of HTTP/1 says that it is the last of its connection, and every session of
   * HTTP/2 is told to send no new requests. All that come are served.
   */
  lastCall(): void {
    if (this.#isLastCall) return
    this.#isLastCall = true
    const events = this.#server as Server
    for (const name of ['request', 'checkContinue', 'checkExpectation']) {
      // Not where nobody listens: a listener would take the request, and Node leave it to that.
      if (events.listenerCount(name) > 0) events.prependListener(name, onLastRequest)
    }
    for (const { _httpMessage: response } of this.#sockets) if (response) endConnection(response)
    for (const session of this.#sessions) notice(session)
    events.on('session', notice)
  }

  /** Ends what has nothing left to answer. Who has sent half a request is not idle. */
  closeIdle(): void {
    const { closeIdleConnections } = this.#server as Partial<Server>
    closeIdleConnections?.call(this.#server)
    for (const socket of this.#sockets) {
      // Never asked for anything, which Node takes for a request on its way.
      if (socket.bytesRead === 0) socket.destroy()
    }
    for (const session of this.#sessions) if (!session.closed) session.close()
  }

  /** Cuts off all that is left. Returns how many. */
  closeAll(): number {
    const left = this.size
    for (const session of this.#sessions) session.destroy()
    for (const socket of this.#sockets) socket.destroy()
    const { closeAllConnections } = this.#server as Partial<Server>
    closeAllConnections?.call(this.#server)
    return left
  }

  #keep<Connection extends Http1Socket | ServerHttp2Session>(
    set: Set<Connection>,
    connection: Connection,
  ): void {
    set.add(connection)
    ;(connection as Socket).once('close', () => set.delete(connection))
  }
}

function notice(session: ServerHttp2Session): void {
  if (!session.closed && !session.destroyed) session.goaway(constants.NGHTTP2_NO_ERROR, ANY_STREAM)
}

function onLastRequest(
  _request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
): void {
  if (!('stream' in response)) endConnection(response)
}

/** No header is set, which an error handler that clears all headers would take away again. */
function endConnection(response: ServerResponse): void {
  if (!response.headersSent) response.shouldKeepAlive = false
}
