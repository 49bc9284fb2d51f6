import { EventEmitter } from 'node:events'

/** Three times what V8 concludes from; each makes four of what Koa makes for a request. */
const RESPONSES = 300

/** What Koa is asked to handle: what it needs until its middleware is done, which these never are. */
interface Handled {
  readonly res: EventEmitter
  onerror(): void
}
type HandleRequest = (this: object, handled: Handled, middleware: () => Promise<never>) => unknown

const pending = (): Promise<never> => new Promise(() => {})
const nothing = (): void => {}

/** A context that a test of a service made has no application. */
const NONE = {}

const shown = new WeakSet<HandleRequest>()

/**
 * Shows V8, with the first request, that what Koa makes to hear of the end of a response dies young; why that
 * has to be shown is told at `showShortLivedListeners` of `@headgate/node`.
 *
 * Koa asks its `on-finished` before any middleware runs: its lists lead to the response, and live as long as a request
 * that waits. In a container of 512 MiB hello world could take 2.8 times the CPU. Asked through the application, it is
 * the copy that this one has, also in a bundle. Once for each copy of Koa, and some milliseconds.
 */
export function showFinishedResponses(app: object = NONE): void {
  const handleRequest = handleRequestOf(app)
  if (handleRequest === undefined || shown.has(handleRequest)) return
  shown.add(handleRequest)
  try {
    for (let count = 0; count < RESPONSES; count += 1) show(handleRequest, app)
  } catch (error) {
    process.emitWarning(
      `Koa did not take an empty response, and requests may be kept longer than need be: ${error}`,
      { type: 'HeadgateWarning', code: 'HG_WARN_KEPT_RESPONSES' },
    )
  }
}

/** Koa's own, whatever a class that extends it does with requests. */
function handleRequestOf(app: object): HandleRequest | undefined {
  let found: HandleRequest | undefined
  for (let each: object | null = app; each !== null; each = Object.getPrototypeOf(each)) {
    if (Object.hasOwn(each, 'handleRequest')) {
      found = (each as { readonly handleRequest: HandleRequest }).handleRequest
    }
  }
  return found
}

function show(handleRequest: HandleRequest, app: object): void {
  const socket = Object.assign(new EventEmitter(), { writable: true })
  // Until 2.4.1 on-finished looks at `finished`, from then on at `writableEnded`.
  const res = Object.assign(new EventEmitter(), { socket, finished: false, writableEnded: false })
  handleRequest.call(app, { res, onerror: nothing }, pending)
  res.emit('finish')
}
