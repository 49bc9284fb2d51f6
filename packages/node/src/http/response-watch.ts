import type { ServerResponse } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import type { Socket } from 'node:net'

/** Something that must hear, once, that its response is over. */
export interface ResponseWatcher {
  /** The response was sent, or will never be. */
  onResponseOver(): void
}

const kPending = Symbol('headgate.pending')

interface Watching {
  [kPending]?: Pending | undefined
}

/**
 * Who hears of the end of a connection. Responses follow each other on one, unless a client pipelines:
 * a set for the single one cost half a microsecond for each request.
 */
class Pending {
  #first: (() => void) | undefined = undefined
  #others: Set<() => void> | undefined = undefined

  /** How many there are. */
  get size(): number {
    return (this.#first === undefined ? 0 : 1) + (this.#others?.size ?? 0)
  }

  add(tell: () => void): void {
    if (this.#first === undefined) this.#first = tell
    else this.#addOther(tell)
  }

  delete(tell: () => void): void {
    if (this.#first === tell) this.#first = undefined
    else this.#others?.delete(tell)
  }

  tellAll(): void {
    this.#first?.()
    // Whoever hears of it may have others end.
    for (const tell of this.#others ?? []) tell()
  }

  #addOther(tell: () => void): void {
    this.#others ??= new Set()
    this.#others.add(tell)
  }
}

/**
 * The connection of an HTTP/1 response. Whoever needs it more than once asks once: where Express has changed the
 * prototype, each property that is read costs 1.4 us (Node.js 20).
 */
export function connectionOf(response: ServerResponse | Http2ServerResponse): Socket | undefined {
  return 'stream' in response ? undefined : response.req?.socket
}

/**
 * Tells `watcher` when `response` is over, whatever ends it: sent, aborted, reset, hijacked.
 *
 * `close` on the response says so in every case but one: responses queued behind another on a
 * pipelined socket that dies never emit it before Node 24. So the socket is watched too, by a single
 * listener for all of its responses: one each would trip Node's leak warning.
 */
export function watchResponse(
  response: ServerResponse | Http2ServerResponse,
  watcher: ResponseWatcher,
  socket: Socket | undefined = connectionOf(response),
): void {
  const pending = socket && pendingOf(socket)
  let isOver = false
  const tell = (): void => {
    if (isOver) return
    isOver = true
    pending?.delete(tell)
    watcher.onResponseOver()
  }
  pending?.add(tell)
  ;(response as ServerResponse).on('close', tell)
}

function pendingOf(socket: Socket & Watching): Pending {
  let pending = socket[kPending]
  if (pending === undefined) {
    pending = new Pending()
    socket[kPending] = pending
    socket.on('close', onSocketClose)
  }
  return pending
}

/**
 * Whether `response` was over before anybody watched it: its client left while an earlier hook was at
 * work. Nothing will tell of its end any more, so nothing may be taken that is given back then.
 */
export function isResponseOver(
  response: ServerResponse | Http2ServerResponse,
  socket: Socket | undefined = connectionOf(response),
): boolean {
  if (socket === undefined && 'stream' in response) return response.stream.destroyed
  return response.destroyed || socket?.destroyed === true
}

/**
 * Whether it was the client that ended `response`, which was not finished: its handler may know nothing
 * of it and go on. A handler that destroys its response is done. HTTP/2 does not tell them apart.
 */
export function hasClientLeft(response: ServerResponse | Http2ServerResponse): boolean {
  if ('stream' in response) return true
  const { socket } = response.req
  return Boolean(socket?.errored) || socket?.readableEnded === true
}

function onSocketClose(this: Socket & Watching): void {
  this[kPending]?.tellAll()
}
