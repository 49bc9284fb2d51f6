import { IncomingMessage, type OutgoingMessage } from 'node:http'
import { Socket } from 'node:net'
import { unannouncedResponse, warnOfKept } from '@headgate/node'

/** Three times what V8 concludes from; each makes four of what Koa makes for a request. */
const RESPONSES = 300

/** What Koa does with a request. */
interface Handling {
  createContext(request: IncomingMessage, response: OutgoingMessage): object
  handleRequest(context: object, middleware: () => Promise<never>): unknown
}

/** A context that a test of a service made has no application. */
const NONE = {}

const shown = new WeakSet<Handling>()
const pending = (): Promise<never> => new Promise(() => {})

/**
 * Shows V8, with the first request, that what Koa makes to hear of the end of a response dies young; why that
 * has to be shown is told at `showShortLivedListeners` of `@headgate/node`.
 *
 * Koa asks its `on-finished` before any middleware runs: its lists lead to the response, and live as long as a request
 * that waits. In a container of 512 MiB hello world could take 2.8 times the CPU. Asked through the application, it is
 * the copy that this one has, also in a bundle. Once for each copy of Koa, and some milliseconds.
 */
export function showFinishedResponses(app: object = NONE): void {
  let isTold = false
  const tell = (error: unknown): void => {
    if (!isTold) warnOfKept(error)
    isTold = true
  }
  try {
    const koa = koaOf(app)
    if (koa === undefined || shown.has(koa)) return
    shown.add(koa)
    const request = new IncomingMessage(new Socket())
    for (let count = 0; count < RESPONSES; count += 1) {
      // Of a Koa that somebody changed it may be anything.
      Promise.resolve(show(koa, app, request)).catch(tell)
    }
  } catch (error) {
    tell(error)
  }
}

/** Koa's own prototype, whatever a class that extends it does with requests. */
function koaOf(app: object): Handling | undefined {
  let found: object | undefined
  for (let each: object | null = app; each !== null; each = Object.getPrototypeOf(each)) {
    if (Object.hasOwn(each, 'handleRequest') && Object.hasOwn(each, 'createContext')) found = each
  }
  return found as Handling | undefined
}

/**
 * Never ended, as its end would be told to the application. On no connection: the lists of one lead to no request, and
 * with one of another shape all that come would be dearer.
 */
function show(koa: Handling, app: object, request: IncomingMessage): unknown {
  const response = unannouncedResponse(request)
  return koa.handleRequest.call(app, koa.createContext.call(app, request, response), pending)
}
