import type { Passage, Rejection, TimeShare } from '@headgate/core'
import {
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'

/** A request as it is seen before anything is decided. */
export interface TracedRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface TracedResponse {
  readonly statusCode: number
  readonly writableEnded: boolean
  once(event: 'close', listener: () => void): unknown
}

/** What an admission of `@headgate/node` asks of whoever traces its requests. */
export interface RequestTrace {
  run<Result>(work: () => Result): Result
  onDecision(decision: Passage | Rejection, route: string | undefined): void
}

interface StateReader {
  snapshot(): { readonly limit: number; readonly inFlight: number; readonly queued: number }
  readonly poolNames?: readonly string[] | undefined
}

const METHODS = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
])

/**
 * Spans of requests: attributes on the span that is there already, made by an instrumentation of HTTP;
 * where there is none, a server span of our own, whose parent the request's headers name.
 */
export class RequestSpans {
  readonly #tracer: Tracer
  readonly #admission: StateReader
  readonly #share: TimeShare

  constructor(tracer: Tracer, admission: StateReader, share: TimeShare) {
    this.#tracer = tracer
    this.#admission = admission
    this.#share = share
  }

  /** Called for each request before it asks for admission. Never throws. */
  readonly begin = (request: TracedRequest, response: TracedResponse): RequestTrace | undefined => {
    if (!this.#share.tryTake()) return undefined
    return this.#share.spend(() => this.#begin(request, response))
  }

  #begin(request: TracedRequest, response: TracedResponse): RequestTrace | undefined {
    const active = trace.getActiveSpan()
    if (active !== undefined) {
      if (!active.isRecording()) return undefined
      return this.#traceOf(active, { request, response, isOurs: false })
    }
    const parent = propagation.extract(context.active(), request.headers)
    const span = this.#tracer.startSpan(nameOf(request), { kind: SpanKind.SERVER }, parent)
    // One that does not record still carries its trace to whatever the handler calls.
    const within = trace.setSpan(parent, span)
    const traced = this.#traceOf(span, { request, response, isOurs: true })
    return { ...traced, run: (work) => context.with(within, work) }
  }

  #traceOf(
    span: Span,
    {
      request,
      response,
      isOurs,
    }: { request: TracedRequest; response: TracedResponse; isOurs: boolean },
  ): RequestTrace {
    let decision: Passage | Rejection | undefined
    response.once('close', () => {
      this.#share.spend(() => {
        if (decision !== undefined) this.#describe(span, decision)
        if (!isOurs) return
        endServerSpan(span, response, decision)
      })
    })
    return {
      run: (work) => work(),
      onDecision: (decided, route) => {
        decision = decided
        if (!span.isRecording()) return
        this.#share.spend(() => {
          if (isOurs) describeRequest(span, request, route)
          if (!decided.admitted) this.#describeState(span)
        })
      },
    }
  }

  /** As it is when it is decided: it is what a refusal was for. */
  #describeState(span: Span): void {
    const { limit, inFlight, queued } = this.#admission.snapshot()
    span.setAttributes({
      'headgate.limit': limit,
      'headgate.in_flight': inFlight,
      'headgate.queued': queued,
    })
  }

  #describe(span: Span, decision: Passage | Rejection): void {
    if (!span.isRecording()) return
    const reason = reasonOf(decision)
    if (reason !== undefined) {
      if (decision.admitted) this.#describeState(span)
      span.setAttributes({ 'error.type': `rejected.${reason}`, 'headgate.reason': reason })
    }
    if (!decision.admitted) {
      span.setAttribute('headgate.retry_after', decision.retryAfterMs / 1_000)
      return
    }
    span.setAttributes({
      'headgate.tier': decision.tier,
      'headgate.pool': this.#admission.poolNames?.[decision.lane] ?? 'default',
      'headgate.wait': decision.waitedMs / 1_000,
    })
  }
}

function reasonOf(decision: Passage | Rejection): string | undefined {
  return decision.admitted ? decision.leftFor : decision.reason
}

function describeRequest(
  span: Span,
  { method = '', url = '' }: TracedRequest,
  route: string | undefined,
): void {
  const isKnown = METHODS.has(method)
  span.setAttributes({
    'http.request.method': isKnown ? method : '_OTHER',
    'url.path': url.split('?', 1)[0] as string,
    'url.scheme': 'http',
  })
  if (!isKnown) span.setAttribute('http.request.method_original', method.slice(0, 32))
  // A flow is a route where the host knows it: its method and its path.
  const path = route?.startsWith(`${method} `) ? route.slice(method.length + 1) : undefined
  if (path === undefined) return
  span.setAttribute('http.route', path)
  span.updateName(`${nameOf({ method })} ${path}`)
}

function endServerSpan(
  span: Span,
  { statusCode, writableEnded }: TracedResponse,
  decision: Passage | Rejection | undefined,
): void {
  if (writableEnded) {
    span.setAttribute('http.response.status_code', statusCode)
    const isRefused = decision !== undefined && reasonOf(decision) !== undefined
    if (statusCode >= 500 && !isRefused) span.setAttribute('error.type', String(statusCode))
    if (statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
  }
  span.end()
}

function nameOf({ method = '' }: { readonly method?: string | undefined }): string {
  return METHODS.has(method) ? method : 'HTTP'
}
