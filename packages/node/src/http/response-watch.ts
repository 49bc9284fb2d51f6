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

/** One response whose end is awaited, and its links among those of its connection. */
class Watch {
  readonly #watcher: ResponseWatcher
  readonly #pending: Pending | undefined
  #isOver = false
  before: Watch | undefined = undefined
  after: Watch | undefined = undefined

  constructor(watcher: ResponseWatcher, pending: Pending | undefined) {
    this.#watcher = watcher
    this.#pending = pending
    pending?.add(this)
  }

  /** Whatever tells of the end: only the first counts. */
  tell(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#pending?.remove(this)
    this.#watcher.onResponseOver()
  }
}

/**
 * Who hears of the end of a connection: one response after the other, or several where a client pipelines. A list
 * through the watches themselves. A set would keep most of them, and their responses, until the next collection of the
 * whole heap: it makes a new table now and then, to which the one before it leads, and once an old table is in old space
 * all that its successors held is taken for alive.
 */
class Pending {
  #newest: Watch | undefined = undefined

  add(watch: Watch): void {
    const newest = this.#newest
    watch.before = newest
    if (newest !== undefined) newest.after = watch
    this.#newest = watch
  }

  remove(watch: Watch): void {
    const { before, after } = watch
    if (before !== undefined) before.after = after
    if (after === undefined) this.#newest = before
    else after.before = before
    watch.before = undefined
    watch.after = undefined
  }

  /** Each leaves the list, and whoever hears of it may have others end. */
  tellAll(): void {
    for (let watch = this.#newest; watch !== undefined; watch = this.#newest) watch.tell()
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
  const watch = new Watch(watcher, socket && pendingOf(socket))
  ;(response as ServerResponse).on('close', () => watch.tell())
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
