import type { RawResponse } from './raw-message.ts'

/** The work is done when the listener ends the response, however slowly the client then reads it. */
export function sampleAtEnd(
  response: RawResponse,
  visit: { onHandled(statusCode: number): void },
): void {
  const { end } = response as { end: (...args: unknown[]) => unknown }
  response.end = function (this: RawResponse, ...args: unknown[]) {
    visit.onHandled(this.statusCode)
    return end.apply(this, args)
  } as typeof response.end
}
