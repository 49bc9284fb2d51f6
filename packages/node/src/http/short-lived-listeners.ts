import { channel } from 'node:diagnostics_channel'
// Whole, since a test may have put less in its place: what is done here must not fail a load.
import * as http from 'node:http'
import { Socket } from 'node:net'

const created = channel('http.server.response.created')

/** Five times what V8 concludes from, and a millisecond or two of work. */
const RESPONSES = 500

/**
 * Shows V8 once that lists of listeners die young: before there are requests, and before a service opens the connections
 * that it keeps.
 *
 * The second listener of an event makes an array, at one place in Node's code for all emitters. V8 counts for each
 * such place how many of its arrays outlive a collection of what is young, and where those are 85 % of a hundred it makes
 * all later ones in old space. In the first burst nearly all do: those of connections, and those of requests that
 * wait. Then `response.on('finish', ...)`, as every framework does it, keeps response and request until the next
 * collection of the whole heap, for good: hello world took up to twice the CPU, where a container has less than 4 GiB
 * and the young generation is small. A place of which most were seen to die is settled for good as well. `prepend` and
 * `once` have places of their own.
 *
 * With responses, and no plainer emitters: what V8 learns of their shape holds for those that come, where a hello world
 * would else take a percent more.
 */
export function showShortLivedListeners(): void {
  const nothing = (): void => {}
  try {
    const request = new http.IncomingMessage(new Socket())
    for (let count = 0; count < RESPONSES; count += 1) {
      const response = unannouncedResponse(request).setMaxListeners(0)
      response.on('close', nothing).on('close', nothing)
      response.on('error', nothing).prependListener('error', nothing)
      response.once('finish', nothing)
    }
  } catch (error) {
    warnOfKept(error)
  }
}

/** For adapters. A response that nobody is told of: who listens on Node's channel would take it for one that came. */
export function unannouncedResponse(request: http.IncomingMessage): http.OutgoingMessage {
  return created.hasSubscribers ? new http.OutgoingMessage() : new http.ServerResponse(request)
}

/** For adapters. V8 could not be shown something: nothing is lost but time. */
export function warnOfKept(error: unknown): void {
  process.emitWarning(
    `Something other than expected was found, and requests may be kept longer than need be: ${error}`,
    { type: 'HeadgateWarning', code: 'HG_WARN_KEPT_RESPONSES' },
  )
}
