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
  readonly socket?: object | null | undefined
}

export interface TracedResponse {
  readonly statusCode: number
  readonly writableEnded: boolean
  once(event: 'close', listener: () => void): unknown
}

/** What a request asked with. */
export interface TracedAsking {
  readonly tier?: string | undefined
  readonly pool?: string | undefined
  readonly flow?: string | undefined
}

/** What an admission of `@headgate/node` asks of whoever traces its requests. */
export interface RequestTrace {
  run<Result>(work: () => Result): Result
  onDecision(decision: Passage | Rejection, asked: TracedAsking): void
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

interface StateReader {
  snapshot(): {
    readonly limit: number
    readonly inFlight: number
    readonly queued: number
    readonly pools?: Readonly<Record<string, { readonly most: number }>> | undefined
  }
  readonly poolNames?: readonly string[] | undefined
}

/**
 * Spans of requests: attributes on the span that is there already, made by an instrumentation of HTTP;
 * where there is none, a server span of our own, whose parent the request's headers name.
 */
export class RequestSpans {
  readonly #tracer: Tracer
  readonly #admission: StateReader
  readonly #name: string
  readonly #share: TimeShare

  constructor(
    tracer: Tracer,
    admission: StateReader,
    { name, share }: { readonly name: string; readonly share: TimeShare },
  ) {
    this.#tracer = tracer
    this.#admission = admission
    this.#name = name
    this.#share = share
  }

  /** Called for each request before it asks for admission. Never throws. */
  readonly begin = (request: TracedRequest, response: TracedResponse): RequestTrace | undefined => {
    if (!this.#share.tryTake()) return continued(request)
    return this.#share.spend(() => this.#begin(request, response))
  }

  #begin(request: TracedRequest, response: TracedResponse): RequestTrace | undefined {
    const active = trace.getActiveSpan()
    if (active !== undefined) {
      if (!active.isRecording()) return undefined
      return { run: (work) => work(), onDecision: this.#decisionsOn(active) }
    }
    const parent = propagation.extract(context.active(), request.headers)
    const span = this.#tracer.startSpan(nameOf(request), { kind: SpanKind.SERVER }, parent)
    // One that does not record still carries its trace to whatever the handler calls.
    const within = trace.setSpan(parent, span)
    return {
      run: (work) => context.with(within, work),
      onDecision: this.#decisionsOn(span, { request, response }),
    }
  }

  /**
   * What was decided is told at once: an instrumentation may end its span before anybody else hears that the
   * response is over.
   *
   * @param own what a span of our own is of; we end it
   */
  #decisionsOn(
    span: Span,
    own?: { readonly request: TracedRequest; readonly response: TracedResponse },
  ): RequestTrace['onDecision'] {
    let isRefused = false
    let isDescribed = false
    own?.response.once('close', () => {
      this.#share.spend(() => endServerSpan(span, own.response, isRefused))
    })
    return (decision, asked) => {
      if (isDescribed || !span.isRecording()) return
      if (decision.admitted && decision.state === 'queued') return
      isDescribed = true
      isRefused = !decision.admitted
      this.#share.spend(() => {
        if (own !== undefined) describeRequest(span, own.request, asked.flow)
        span.setAttribute('headgate.name', this.#name)
        if (decision.admitted) this.#describeAdmitted(span, decision)
        else this.#describeRefused(span, decision, asked)
      })
    }
  }

  #describeAdmitted(span: Span, { tier, lane, waitedMs }: Passage): void {
    span.setAttributes({
      'headgate.tier': tier,
      'headgate.pool': this.#admission.poolNames?.[lane] ?? 'default',
      'headgate.wait': waitedMs / 1_000,
    })
  }

  /** With the state that it was refused for, as it is now. */
  #describeRefused(span: Span, { reason, retryAfterMs }: Rejection, asked: TracedAsking): void {
    const { limit, inFlight, queued, pools = {} } = this.#admission.snapshot()
    // A name that is none is the default's.
    const pool =
      asked.pool !== undefined && Object.hasOwn(pools, asked.pool) ? asked.pool : 'default'
    span.setAttributes({
      'error.type': `rejected.${reason}`,
      'headgate.reason': reason,
      'headgate.retry_after': retryAfterMs / 1_000,
      'headgate.tier': asked.tier ?? 'important',
      'headgate.pool': pool,
      'headgate.pool_limit': pools[pool]?.most ?? limit,
      'headgate.limit': limit,
      'headgate.in_flight': inFlight,
      'headgate.queued': queued,
    })
  }
}

/**
 * One for which there is no time: it gets no span, but its trace goes on in what its handler calls. Costs nothing
 * where its sender traces nothing.
 */
function continued({ headers }: TracedRequest): RequestTrace | undefined {
  try {
    if (trace.getActiveSpan() !== undefined) return undefined
    if (!propagation.fields().some((field) => headers[field] !== undefined)) return undefined
    const parent = propagation.extract(context.active(), headers)
    return { run: (work) => context.with(parent, work), onDecision: () => {} }
  } catch {
    // A propagator of the user's: the request goes on without its trace.
    return undefined
  }
}

function describeRequest(
  span: Span,
  { method = '', url = '', socket }: TracedRequest,
  route: string | undefined,
): void {
  const isKnown = METHODS.has(method)
  span.setAttributes({
    'http.request.method': isKnown ? method : '_OTHER',
    'url.path': url.split('?', 1)[0] as string,
    'url.scheme': isEncrypted(socket) ? 'https' : 'http',
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
  isRefused: boolean,
): void {
  if (writableEnded) {
    span.setAttribute('http.response.status_code', statusCode)
    if (statusCode >= 500 && !isRefused) span.setAttribute('error.type', String(statusCode))
    if (statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
  }
  span.end()
}

function nameOf({ method = '' }: { readonly method?: string | undefined }): string {
  return METHODS.has(method) ? method : 'HTTP'
}

function isEncrypted(socket: object | null | undefined): boolean {
  return (socket as { readonly encrypted?: unknown } | null | undefined)?.encrypted === true
}
