import {
  type Context,
  context,
  propagation,
  SpanKind,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import {
  nameOf,
  RequestSpan,
  type RequestTrace,
  type SpanParts,
  type TracedRequest,
  type TracedResponse,
} from './request-span.ts'

export type { RequestTrace, TracedRequest, TracedResponse }

/**
 * Spans of requests: attributes on the span that is there already, made by an instrumentation of HTTP;
 * where there is none, a server span of our own, whose parent the request's headers name.
 */
export class RequestSpans {
  readonly #tracer: Tracer
  readonly #parts: SpanParts

  constructor(
    tracer: Tracer,
    admission: SpanParts['admission'],
    { name, share }: Omit<SpanParts, 'admission'>,
  ) {
    this.#tracer = tracer
    this.#parts = { admission, name, share }
  }

  /** Called for each request before it asks for admission. Never throws. */
  readonly begin = (request: TracedRequest, response: TracedResponse): RequestTrace | undefined => {
    const { share } = this.#parts
    if (!share.tryTake()) return continued(request)
    return share.spend(() => this.#begin(request, response))
  }

  #begin(request: TracedRequest, response: TracedResponse): RequestTrace | undefined {
    const active = trace.getActiveSpan()
    if (active !== undefined) {
      return active.isRecording() ? new RequestSpan(this.#parts, active) : undefined
    }
    const parent = propagation.extract(context.active(), request.headers)
    const span = this.#tracer.startSpan(nameOf(request), { kind: SpanKind.SERVER }, parent)
    // One that does not record still carries its trace to whatever the handler calls.
    const within = trace.setSpan(parent, span)
    return new RequestSpan(this.#parts, span, { within, request, response })
  }
}

/** The trace of a request that gets no span. */
class ContinuedTrace implements RequestTrace {
  readonly #parent: Context

  constructor(parent: Context) {
    this.#parent = parent
  }

  run<Result>(work: () => Result): Result {
    return context.with(this.#parent, work)
  }

  onDecision(): void {}
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
    return new ContinuedTrace(parent)
  } catch {
    // A propagator of the user's: the request goes on without its trace.
    return undefined
  }
}
