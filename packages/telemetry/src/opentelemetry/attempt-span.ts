import type { TimeShare } from '@headgate/core'
import { type Span, SpanStatusCode } from '@opentelemetry/api'
import { errorType } from './request-target.ts'

/** What undici calls: any of the two protocols, some of it. */
export type AttemptHandler = Readonly<Record<string, ((...args: unknown[]) => unknown) | undefined>>

/** A handler in the new protocol may leave these out, and undici goes on without. */
const OPTIONAL: ReadonlySet<unknown> = new Set([
  ...['onResponseStart', 'onRequestUpgrade', 'onResponseEnd'],
])

/** The span of one request that was sent: ended once, by whatever comes first. */
export class AttemptSpan {
  readonly #span: Span
  readonly #share: TimeShare
  #isOver = false

  constructor(span: Span, share: TimeShare) {
    this.#span = span
    this.#share = share
  }

  /**
   * The handler, through which the span hears how it went. Undici's own functions speak the protocol up to undici 6
   * in undici 7 (`onHeaders`), and the new one (`onResponseStart`) in undici 8.
   */
  watch(handler: AttemptHandler): AttemptHandler {
    const hears = this.#hears()
    const isNew = typeof handler.onRequestStart === 'function'
    return new Proxy(handler, {
      get: (target, name) => {
        const own = Reflect.get(target, name, target)
        const hear = hears[String(name)]
        if (own === undefined && isNew && OPTIONAL.has(name)) return hear
        if (typeof own !== 'function') return own
        if (hear === undefined) return own.bind(target)
        return (...args: unknown[]) => {
          hear(...args)
          return own.apply(target, args)
        }
      },
    })
  }

  fail(error: unknown): void {
    this.#tell((span) => {
      const isLost = (error as { readonly reason?: unknown } | null)?.reason === 'lost'
      if (isLost) span.setAttribute('headgate.lost', true)
      this.#end(isLost ? undefined : errorType(error))
    })
  }

  #hears(): Readonly<Record<string, (...args: unknown[]) => void>> {
    const onEnd = (): void => this.#tell(() => this.#end(undefined))
    return {
      onResponseStart: (_controller, status) => this.#onStatus(Number(status)),
      onHeaders: (status) => this.#onStatus(Number(status)),
      onRequestUpgrade: (_controller, status) => this.#onUpgrade(Number(status)),
      onUpgrade: (status) => this.#onUpgrade(Number(status)),
      onResponseEnd: onEnd,
      onComplete: onEnd,
      onResponseError: (_controller, error) => this.fail(error),
      onError: (error) => this.fail(error),
    }
  }

  #onStatus(status: number): void {
    // An informational response has another one behind it.
    if (status < 200) return
    this.#tell((span) => {
      span.setAttribute('http.response.status_code', status)
      if (status >= 400) this.#end(String(status))
    })
  }

  #onUpgrade(status: number): void {
    this.#tell((span) => {
      span.setAttribute('http.response.status_code', status)
      this.#end(undefined)
    })
  }

  #tell(work: (span: Span) => void): void {
    if (!this.#isOver) this.#share.spend(() => work(this.#span))
  }

  #end(errorType: string | undefined): void {
    this.#isOver = true
    if (errorType !== undefined) {
      this.#span.setAttribute('error.type', errorType)
      this.#span.setStatus({ code: SpanStatusCode.ERROR })
    }
    this.#span.end()
  }
}
