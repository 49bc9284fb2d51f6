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
}

interface Watching {
  [kPending]?: Map<object, ResponseWatcher> | undefined
}

/**
 * Tells `watcher` when `response` is over, whatever ends it: sent, aborted, reset, hijacked.
 *
 * `close` on the response says so in every case but one: responses queued behind another on a
 * pipelined socket that dies never emit it before Node 24. So the socket is watched too, by a single
 * listener for all of its responses (one each would trip Node's leak warning), and knows their watchers:
 * a property on a response to which Express has given another prototype costs 13 us on Node 20.
 */
export function watchResponse(
  response: ServerResponse | Http2ServerResponse,
  watcher: ResponseWatcher,
): void {
  ;(response as ServerResponse).on('close', onResponseClose)
  const socket =
    'stream' in response ? undefined : (response.req?.socket as (Socket & Watching) | undefined)
  if (socket === undefined) {
    ;(response as typeof response & Watched)[kWatcher] = watcher
    return
  }
  let pending = socket[kPending]
  if (pending === undefined) {
    pending = new Map()
    socket[kPending] = pending
    socket.on('close', onSocketClose)
  }
  pending.set(response, watcher)
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
  const pending = (this.req?.socket as (Socket & Watching) | undefined)?.[kPending]
  const watcher = pending?.get(this) ?? this[kWatcher]
  if (watcher === undefined) return
  if (pending?.delete(this) !== true) this[kWatcher] = undefined
  watcher.onResponseOver()
}

function onSocketClose(this: Socket & Watching): void {
  const pending = this[kPending]
  if (pending === undefined) return
  // Whoever hears of it may have others end.
  for (const [response, watcher] of pending) {
    pending.delete(response)
    watcher.onResponseOver()
  }
}
