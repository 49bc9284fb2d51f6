import type { IncomingHttpHeaders } from 'node:http'

const MAX_CHARS = 128
/** version-traceid-parentid-flags, W3C Trace Context. */
const TRACE_PARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-/

/** By what a request is asked for later. */
export interface RequestNames {
  /** Its `x-request-id`, or else the trace that it belongs to. */
  readonly id: string | undefined
  /** The trace that it belongs to, as its `traceparent` tells. */
  readonly traceId: string | undefined
}

/** A client can make up both, so they are no more than names to look for. */
export function requestNamesOf({
  headers: { 'x-request-id': id, traceparent },
}: {
  readonly headers: IncomingHttpHeaders
}): RequestNames {
  const traceId = typeof traceparent === 'string' ? TRACE_PARENT.exec(traceparent)?.[1] : undefined
  const isNamed = typeof id === 'string' && id !== ''
  return { id: isNamed ? id.slice(0, MAX_CHARS) : traceId, traceId }
}
