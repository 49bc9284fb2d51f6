import { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'

/** A few milliseconds of work; each makes four of what Koa makes for a request. */
const MESSAGES = 1_000

type OnFinished = (message: EventEmitter, listener: () => void) => unknown

let isShown = false

/**
 * Shows V8 once, before the first request, that what Koa makes to hear of the end of a response dies young; why that
 * has to be shown is told at `showShortLivedListeners` of `@headgate/node`.
 *
 * Koa asks its `on-finished` before any middleware runs: its lists lead to the response, and live as long as a request
 * that waits. In a container of 512 MiB hello world could take 2.7 times the CPU. Without that module, as in a bundle, or with
 * another way to end there is nothing to show.
 */
export function showFinishedResponses(): void {
  if (isShown) return
  isShown = true
  try {
    const onFinished = onFinishedOfKoa()
    const nothing = (): void => {}
    for (let count = 0; count < MESSAGES; count += 1) {
      const socket = Object.assign(new EventEmitter(), { writable: true })
      const message = Object.assign(new EventEmitter(), { socket, writableEnded: false })
      onFinished(message, nothing)
      message.emit('finish')
    }
  } catch {
    // Koa serves as it would without us.
  }
}

/** The copy that Koa has: another one would be other code. */
function onFinishedOfKoa(): OnFinished {
  const koa = createRequire(import.meta.url).resolve('koa')
  return createRequire(koa)('on-finished') as OnFinished
}
