import type { RawRequest, RawResponse } from './raw-message.ts'
import type { RejectionResponse } from './rejection-response.ts'

/** A request body up to this size is read and thrown away; a larger one costs less to cut off. */
const MAX_DISCARDED_BYTES = 65_536

/** Writes the prepared answer to a refused request. */
export function writeRejection(
  request: RawRequest,
  response: RawResponse,
  { statusCode, statusMessage, headers, flatHeaders, body }: RejectionResponse,
): void {
  if ('stream' in response) {
    response.writeHead(statusCode, headers)
    response.end(body)
    return
  }
  if (endsConnection(request)) response.setHeader('connection', 'close')
  response.writeHead(statusCode, statusMessage, flatHeaders as string[])
  response.end(request.method === 'HEAD' ? undefined : body)
}

/**
 * Whether refusing a request should end its connection. Keeping one costs a fraction of a new one, but
 * not when the client is about to send megabytes that nobody will read, or nobody knows how much (chunked).
 * HTTP/2 refuses streams alone.
 */
function endsConnection({ headers, complete, httpVersionMajor }: RawRequest): boolean {
  if (complete || httpVersionMajor !== 1) return false
  if (headers['transfer-encoding'] !== undefined) return true
  return Number(headers['content-length'] ?? 0) > MAX_DISCARDED_BYTES
}
