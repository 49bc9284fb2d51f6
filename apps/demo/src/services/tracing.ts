import { context, propagation, type Tracer } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { hrTimeToMilliseconds, W3CTraceContextPropagator } from '@opentelemetry/core'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  ParentBasedSampler,
  type ReadableSpan,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base'

const MAX_SPANS = 2_000

/** A span as it goes from a service to whoever shows it. */
export interface ShownSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentId: string | undefined
  readonly service: string
  readonly kind: 'client' | 'server'
  readonly name: string
  readonly startMs: number
  readonly durationMs: number
  readonly attributes: Readonly<Record<string, unknown>>
}

/** In place of an exporter: the last spans, in memory. */
class SpanBook implements SpanProcessor {
  readonly #spans: ReadableSpan[] = []

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    this.#spans.push(span)
    if (this.#spans.length > MAX_SPANS) this.#spans.shift()
  }

  all(): readonly ReadableSpan[] {
    return this.#spans
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

export interface Tracing {
  readonly tracer: Tracer
  readonly spans: () => readonly ShownSpan[]
}

/**
 * OpenTelemetry as a service sets it up. Only what a caller has asked to be traced is recorded (`traceparent`
 * with its flag set), so that the load is not slowed by it; and so it needs no bound on the time it may take.
 */
export function startTracing(service: string): Tracing {
  const book = new SpanBook()
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }),
    spanProcessors: [book],
  })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  return { tracer: provider.getTracer('headgate-demo'), spans: () => book.all().map(shown) }
}

/** `SpanKind` of a client's span; those of servers are 1. */
const CLIENT_KIND = 2

function shown(span: ReadableSpan): ShownSpan {
  const { traceId, spanId } = span.spanContext()
  return {
    traceId,
    spanId,
    parentId: span.parentSpanContext?.spanId,
    service: String(span.resource.attributes['service.name']),
    kind: span.kind === CLIENT_KIND ? 'client' : 'server',
    name: span.name,
    startMs: hrTimeToMilliseconds(span.startTime),
    durationMs: hrTimeToMilliseconds(span.duration),
    attributes: span.attributes,
  }
}
