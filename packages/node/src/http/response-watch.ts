import type { ServerResponse } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import type { Socket } from 'node:net'

/** Something that must hear, once, that its response is over. */
export interface ResponseWatcher {
  /** The response was sent, or will never be. */
  onResponseOver(): void
}

const kWatcher = Symbol('headgate.watcher')
const kPending = Symbol('headgate.pending')

interface Watched {
  [kWatcher]?: ResponseWatcher | undefined
  [kPending]?: Set<Watched> | undefined
}

/**
 * Tells `watcher` when `response` is over, whatever ends it: sent, aborted, reset, hijacked.
 *
 * `close` on the response says so in every case but one: responses queued behind another on a
 * pipelined socket that dies never emit it before Node 24. So the socket is watched too, by a single
 * listener for all of its responses (one each would trip Node's leak warning).
 */
export function watchResponse(
  response: ServerResponse | Http2ServerResponse,
  watcher: ResponseWatcher,
): void {
  const watched = response as typeof response & Watched
  watched[kWatcher] = watcher
  ;(response as ServerResponse).on('close', onResponseClose)
  if ('stream' in response) return
  const socket = response.req?.socket as (Socket & Watched) | undefined
  if (socket === undefined) return
  let pending = socket[kPending]
  if (pending === undefined) {
    pending = new Set()
    socket[kPending] = pending
    socket.on('close', onSocketClose)
  }
  pending.add(watched)
}

/**
 * Whether `response` was over before anybody watched it: its client left while an earlier hook was at
 * work. Nothing will tell of its end any more, so nothing may be taken that is given back then.
 */
export function isResponseOver(response: ServerResponse | Http2ServerResponse): boolean {
  if ('stream' in response) return response.stream.destroyed
  return response.destroyed || response.req?.socket?.destroyed === true
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

// Shared functions that find their state on `this`: no closure and no wrapper for each request.
function onResponseClose(this: ServerResponse & Watched): void {
  const socket = this.req?.socket as (Socket & Watched) | undefined
  socket?.[kPending]?.delete(this)
  tell(this)
}

function onSocketClose(this: Socket & Watched): void {
  const pending = this[kPending]
  if (pending === undefined) return
  for (const watched of pending) tell(watched)
  pending.clear()
}

function tell(watched: Watched): void {
  const watcher = watched[kWatcher]
  if (watcher === undefined) return
  watched[kWatcher] = undefined
  watcher.onResponseOver()
}
