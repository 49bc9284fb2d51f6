import { checkKnownOptions } from '@headgate/core'
import { context, propagation, type Span, SpanKind, type Tracer, trace } from '@opentelemetry/api'
import { type AttemptHandler, AttemptSpan } from './attempt-span.ts'
import { checkDispatcher, checkTracer } from './check-exporters.ts'
import { DEFAULT_TIME_RATIO, exporterShare } from './exporter-share.ts'
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

export interface TracedOptions {
  /** Gets the spans. */
  readonly tracer: Tracer
  /**
   * The share of the time that the tracer may take; spans that do not fit are left out and counted. Above 0, up to
   * 1: no bound. Default 0.005.
   */
  readonly maxTimeRatio?: number | undefined
}

interface Tracing {
  /** Spans that were left out. */
  readonly dropped: number
  /** What the tracer threw. */
  readonly errors: number
}

/** A dispatcher, and what of its spans was left out so that the service is not slowed. */
export type Traced<Dispatcher> = Dispatcher & { readonly tracing: Tracing }

/**
 * The same dispatcher, with a client span for each request that it sends. Under `@headgate/client` that is
 * one for each attempt: siblings under the span of the call, retries and hedges with their
 * `http.request.resend_count`; one that was left because another was answered first is `headgate.lost`, and no
 * error. What is sent carries its own span on, or the one it was sent in where its own was left out.
 *
 * @throws {InvalidOptionError} when the dispatcher or an option is wrong.
 */
export function traced<Dispatcher extends TraceableDispatcher>(
  dispatcher: Dispatcher,
  options: TracedOptions,
): Traced<Dispatcher> {
  checkDispatcher(dispatcher)
  checkKnownOptions('options', options, ['tracer', 'maxTimeRatio'])
  const { tracer, maxTimeRatio = DEFAULT_TIME_RATIO } = options
  checkTracer(tracer)
  const share = exporterShare(maxTimeRatio)
  const tracing: Tracing = {
    get dropped() {
      return share.dropped
    },
    get errors() {
      return share.errors
    },
  }
  const dispatch = (request: Sent, handler: AttemptHandler & Attempt): boolean => {
    const span = share.tryTake()
      ? share.spend(() => startSpan(tracer, request, handler))
      : undefined
    const headers = share.spend(() => carried(span, request.headers))
    const sent = headers === undefined ? request : { ...request, headers }
    if (span === undefined) return dispatcher.dispatch(sent, handler)
    const attempt = new AttemptSpan(span, share)
    try {
      return dispatcher.dispatch(sent, attempt.watch(handler))
    } catch (error) {
      attempt.fail(error)
      throw error
    }
  }
  return new Proxy(dispatcher, {
    get: (target, name) => {
      if (name === 'dispatch') return dispatch
      if (name === 'tracing') return tracing
      const value = Reflect.get(target, name, target)
      if (typeof value !== 'function' || SENDING.has(name)) return value
      return value.bind(target)
    },
  }) as Traced<Dispatcher>
}

function startSpan(tracer: Tracer, sent: Sent, { number = 1, kind }: Attempt): Span {
  const span = tracer.startSpan(sent.method, { kind: SpanKind.CLIENT }, context.active())
  span.setAttributes(targetAttributes(sent))
  if (number > 1) span.setAttribute('http.request.resend_count', number - 1)
  if (kind !== undefined) span.setAttribute('headgate.attempt', kind)
  return span
}

/** Headers in any of the forms that undici takes, with those of the trace; undefined where it has none. */
function carried(span: Span | undefined, headers: unknown): unknown {
  const carrier: Record<string, string> = {}
  const active = context.active()
  propagation.inject(span === undefined ? active : trace.setSpan(active, span), carrier)
  const added = Object.entries(carrier)
  if (added.length === 0) return undefined
  if (headers === undefined || headers === null) return carrier
  if (Array.isArray(headers)) return [...headers, ...added.flat()]
  if (Symbol.iterator in (headers as object)) {
    return [...(headers as Iterable<readonly [string, unknown]>), ...added].flat()
  }
  return { ...(headers as object), ...carrier }
}
