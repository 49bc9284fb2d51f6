import type { Lead } from '../coalesce/lead.ts'
import type { RawRequest, RawResponse } from './raw-message.ts'
import type { Visit } from './visit.ts'

/**
 * A request that a host brings to its entrance.
 *
 * A class, where a literal would be less to read: V8 makes literals of a place in the code in old space once nearly
 * all that it counted there outlived a collection, as those of requests do that wait. What is in old space keeps
 * all that it leads to until the next collection of the whole heap.
 */
export class Entering<Request> {
  /** What the user's functions are asked with. */
  readonly request: Request
  readonly raw: RawRequest
  readonly response: RawResponse
  /** Set once it is admitted or waits. */
  visit: Visit<never> | undefined = undefined
  /** Set while others may follow it. */
  lead?: Lead | undefined = undefined

  constructor(request: Request, raw: RawRequest, response: RawResponse) {
    this.request = request
    this.raw = raw
    this.response = response
  }
}
