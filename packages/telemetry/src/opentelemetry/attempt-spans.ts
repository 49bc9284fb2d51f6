import { context, propagation, type Span, SpanKind, type Tracer, trace } from '@opentelemetry/api'
import { type AttemptHandler, AttemptSpan } from './attempt-span.ts'
import { type RequestTarget, targetAttributes } from './request-target.ts'

/** As much of undici's dispatch options as is read or written. */
interface Sent extends RequestTarget {
  readonly headers?: unknown
}

/** What `@headgate/client` hands to its dispatcher: an attempt that knows its number. */
interface Attempt {
  readonly number?: number | undefined
  readonly kind?: string | undefined
}

/** As much of an undici dispatcher, 7 or 8, as is needed. */
export interface TraceableDispatcher {
  // biome-ignore lint/suspicious/noExplicitAny: each major of undici has types of its own, which do not fit each other.
  dispatch(options: any, handler: any): boolean
}

/** Methods that send by `this.dispatch`: bound to the dispatcher beneath, they would pass by whoever wraps it. */
const SENDING: ReadonlySet<unknown> = new Set([
  ...['request', 'stream', 'pipeline', 'connect', 'upgrade', 'compose'],
])

/**
 * The same dispatcher, with a client span for each request that it sends. Under `@headgate/client` that is
 * one for each attempt: siblings under the span of the call, retries and hedges with their
 * `http.request.resend_count`; one that was left because another was answered first is `headgate.lost`, and no
 * error. What is sent carries its own span on.
 */
export function traced<Dispatcher extends TraceableDispatcher>(
  dispatcher: Dispatcher,
  { tracer }: { readonly tracer: Tracer },
): Dispatcher {
  const dispatch = (options: Sent, handler: AttemptHandler & Attempt): boolean => {
    const span = startSpan(tracer, options, handler)
    if (span === undefined) return dispatcher.dispatch(options, handler)
    const headers = carried(span, options.headers)
    const attempt = new AttemptSpan(span)
    try {
      return dispatcher.dispatch({ ...options, headers }, attempt.watch(handler))
    } catch (error) {
      attempt.fail(error)
      throw error
    }
  }
  return new Proxy(dispatcher, {
    get: (target, name) => {
      if (name === 'dispatch') return dispatch
      const value = Reflect.get(target, name, target)
      if (typeof value !== 'function' || SENDING.has(name)) return value
      return value.bind(target)
    },
  })
}

function startSpan(tracer: Tracer, sent: Sent, attempt: Attempt): Span | undefined {
  try {
    const span = tracer.startSpan(sent.method, { kind: SpanKind.CLIENT }, context.active())
    const { number = 1, kind } = attempt
    span.setAttributes(targetAttributes(sent))
    if (number > 1) span.setAttribute('http.request.resend_count', number - 1)
    if (kind !== undefined) span.setAttribute('headgate.attempt', kind)
    return span
  } catch {
    // A tracer that throws must not fail the call.
    return undefined
  }
}

/** Headers in any of the forms that undici takes, with those of the trace. */
function carried(span: Span, headers: unknown): unknown {
  const carrier: Record<string, string> = {}
  try {
    propagation.inject(trace.setSpan(context.active(), span), carrier)
  } catch {
    return headers
  }
  const added = Object.entries(carrier)
  if (added.length === 0) return headers
  if (headers === undefined || headers === null) return carrier
  if (Array.isArray(headers)) return [...headers, ...added.flat()]
  if (Symbol.iterator in (headers as object)) {
    return [...(headers as Iterable<readonly [string, unknown]>), ...added].flat()
  }
  return { ...(headers as object), ...carrier }
}
