import type { TimeShare } from '@headgate/core'
import { context, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api'
import { errorType, type RequestTarget, targetAttributes } from './request-target.ts'

/** A call that `@headgate/client` did not send, or did not send again. */
export interface Refused extends RequestTarget {
  readonly error: Error
  /** Attempts that were sent before, and failed. */
  readonly attempts: number
  readonly waitedMs: number
}

/**
 * Spans of calls that their client refused itself: an open breaker, a throttle, a full queue. They are internal and not
 * client spans, which stand for what was sent, so that maps of services and rates of requests do not count them.
 */
export class RefusalSpans {
  readonly #tracer: Tracer
  readonly #name: string
  readonly #share: TimeShare

  constructor(
    tracer: Tracer,
    { name, share }: { readonly name: string; readonly share: TimeShare },
  ) {
    this.#tracer = tracer
    this.#name = name
    this.#share = share
  }

  /** Called in the context of whoever made the call. Never throws. */
  readonly onRefused = (refused: Refused): void => {
    if (this.#share.tryTake()) this.#share.spend(() => this.#record(refused))
  }

  #record(refused: Refused): void {
    const { method, error, attempts, waitedMs } = refused
    const endMs = Date.now()
    const options = { kind: SpanKind.INTERNAL, startTime: endMs - waitedMs }
    const span = this.#tracer.startSpan(method, options, context.active())
    if (span.isRecording()) {
      const { reason, retryAfterMs } = error as { reason?: unknown; retryAfterMs?: unknown }
      span.setAttributes({
        ...targetAttributes(refused),
        'error.type': errorType(error),
        'headgate.name': this.#name,
        'headgate.attempt': attempts === 0 ? 'first' : 'retry',
        'headgate.wait': waitedMs / 1_000,
      })
      if (typeof reason === 'string') span.setAttribute('headgate.reason', reason)
      if (typeof retryAfterMs === 'number') {
        span.setAttribute('headgate.retry_after', retryAfterMs / 1_000)
      }
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message })
    }
    span.end(endMs)
  }
}
