import { EventEmitter } from 'node:events'

/** Five times what V8 concludes from, and a millisecond or two of work. */
const EMITTERS = 500

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
 */
export function showShortLivedListeners(): void {
  const nothing = (): void => {}
  for (let count = 0; count < EMITTERS; count += 1) {
    const emitter = new EventEmitter().setMaxListeners(0)
    emitter.on('close', nothing).on('close', nothing)
    emitter.on('error', nothing).prependListener('error', nothing)
    emitter.once('finish', nothing)
  }
}
