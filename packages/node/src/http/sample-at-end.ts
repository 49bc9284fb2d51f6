import type { RawResponse } from './raw-message.ts'
import type { Visit } from './visit.ts'
import { visitOf } from './visit-mark.ts'

type End = (this: RawResponse, ...args: unknown[]) => unknown

const tellers = new WeakMap<End, End>()

/**
 * The work is done when the listener ends the response, however slowly the client then reads it.
 *
 * Responses have one function for it, or V8 keeps them: with a closure for each, young ones that nobody
 * needs any more outlive collections, which took a third of the time (Node.js 24).
 */
export function sampleAtEnd(response: RawResponse): void {
  const { end } = response as { end: End }
  let teller = tellers.get(end)
  if (teller === undefined) {
    teller = endTelling(end)
    // Somebody's closure for this response alone is not met again.
    if (!Object.hasOwn(response, 'end')) tellers.set(end, teller)
  }
  response.end = teller as typeof response.end
}

/** `end`, which tells the visit of the response first that its work is done. */
export function endTelling(end: End): End {
  return function (this: RawResponse, ...args: unknown[]) {
    // A visit of another copy of this package may know less.
    const visit = this.req && (visitOf(this.req) as Partial<Visit<unknown>> | null | undefined)
    visit?.onHandled?.(this.statusCode)
    return end.apply(this, args)
  }
}
