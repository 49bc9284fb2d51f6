import type { IncomingHttpHeaders } from 'node:http'

const MAX_CHARS = 128
/** version-traceid-parentid-flags, W3C Trace Context. */
const TRACE_PARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-/

/**
 * By what a request is asked for later: its `x-request-id`, or else the trace that it belongs to. A client
 * can make up both, so they are no more than a name to look for.
 */
export function requestIdOf({
  headers,
}: {
  readonly headers: IncomingHttpHeaders
}): string | undefined {
  const id = headers['x-request-id']
  if (typeof id === 'string' && id !== '') return id.slice(0, MAX_CHARS)
  return traceIdOf({ headers })
}

/** The trace that a request belongs to, as its `traceparent` tells. */
export function traceIdOf({
  headers: { traceparent },
}: {
  readonly headers: IncomingHttpHeaders
}): string | undefined {
  return typeof traceparent === 'string' ? TRACE_PARENT.exec(traceparent)?.[1] : undefined
}
