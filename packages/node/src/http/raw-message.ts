import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'

/** A request as Node gives it. */
export type RawRequest = IncomingMessage | Http2ServerRequest

/** A response as Node gives it. */
export type RawResponse = ServerResponse | Http2ServerResponse
