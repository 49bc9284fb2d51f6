import type { Passage, Rejection, TimeShare } from '@headgate/core'
import { type Context, context, type Span, SpanStatusCode } from '@opentelemetry/api'

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

/** What a refusal is explained with. */
export interface StateReader {
  snapshot(): {
    readonly limit: number
    readonly inFlight: number
    readonly queued: number
    readonly pools?: Readonly<Record<string, { readonly most: number }>> | undefined
  }
  readonly poolNames?: readonly string[] | undefined
}

/** What the spans of an admission have in common. */
export interface SpanParts {
  readonly admission: StateReader
  readonly name: string
  readonly share: TimeShare
}

/** A request whose server span is ours, and the context that its handler runs in. */
export interface OwnSpan {
  readonly within: Context
  readonly request: TracedRequest
  readonly response: TracedResponse
}

/**
 * What a span is told of its request. A class, since V8 would make literals with what they lead to in old space,
 * as requests wait: see record 0026.
 */
export class RequestSpan implements RequestTrace {
  readonly #parts: SpanParts
  readonly #span: Span
  readonly #within: Context | undefined
  readonly #request: TracedRequest | undefined
  #isRefused = false
  #isDescribed = false

  /** @param own what a span of our own is of; we end it */
  constructor(parts: SpanParts, span: Span, own?: OwnSpan) {
    this.#parts = parts
    this.#span = span
    this.#within = own?.within
    this.#request = own?.request
    const response = own?.response
    response?.once('close', () => parts.share.spend(() => this.#end(response)))
  }

  run<Result>(work: () => Result): Result {
    return this.#within === undefined ? work() : context.with(this.#within, work)
  }

  /**
   * What was decided is told at once: an instrumentation may end its span before anybody else hears that the
   * response is over.
   */
  onDecision(decision: Passage | Rejection, asked: TracedAsking): void {
    if (this.#isDescribed || !this.#span.isRecording()) return
    if (decision.admitted && decision.state === 'queued') return
    this.#isDescribed = true
    this.#isRefused = !decision.admitted
    this.#parts.share.spend(() => {
      if (this.#request !== undefined) describeRequest(this.#span, this.#request, asked.flow)
      this.#span.setAttribute('headgate.name', this.#parts.name)
      if (decision.admitted) this.#describeAdmitted(decision)
      else this.#describeRefused(decision, asked)
    })
  }

  #describeAdmitted({ tier, lane, waitedMs }: Passage): void {
    this.#span.setAttributes({
      'headgate.tier': tier,
      'headgate.pool': this.#parts.admission.poolNames?.[lane] ?? 'default',
      'headgate.wait': waitedMs / 1_000,
    })
  }

  /** With the state that it was refused for, as it is now. */
  #describeRefused({ reason, retryAfterMs }: Rejection, asked: TracedAsking): void {
    const { limit, inFlight, queued, pools = {} } = this.#parts.admission.snapshot()
    // A name that is none is the default's.
    const pool =
      asked.pool !== undefined && Object.hasOwn(pools, asked.pool) ? asked.pool : 'default'
    this.#span.setAttributes({
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

  #end({ statusCode, writableEnded }: TracedResponse): void {
    const span = this.#span
    if (writableEnded) {
      span.setAttribute('http.response.status_code', statusCode)
      if (statusCode >= 500 && !this.#isRefused) span.setAttribute('error.type', String(statusCode))
      if (statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
    }
    span.end()
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

/** What a span is called before its route is known. */
export function nameOf({ method = '' }: { readonly method?: string | undefined }): string {
  return METHODS.has(method) ? method : 'HTTP'
}

function isEncrypted(socket: object | null | undefined): boolean {
  return (socket as { readonly encrypted?: unknown } | null | undefined)?.encrypted === true
}
