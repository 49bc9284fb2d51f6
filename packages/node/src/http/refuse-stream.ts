import { constants } from 'node:http2'
import type { RawResponse } from './raw-message.ts'
import type { RejectionResponse } from './rejection-response.ts'

export interface RefusedStreamOptions {
  /**
   * HTTP/2: resets a stream that the service has no room for with `REFUSED_STREAM` instead of answering `503`.
   * Clients know then that nothing was processed, and send even a POST again, at once and elsewhere if they can;
   * they hear no reason and no time. What a tenant has used up is answered all the same. Default false.
   */
  readonly refuseStreams?: boolean | undefined
}

/** True when it was one, and is reset. */
export function refuseStream(response: RawResponse, { statusCode }: RejectionResponse): boolean {
  // A tenant over its own quota would only come back at once.
  if (!('stream' in response) || statusCode !== 503) return false
  response.stream.close(constants.NGHTTP2_REFUSED_STREAM)
  return true
}
