import type { Controller, Handler, RawHeaders, ResponseHeaders } from '../handler/handler.ts'
import { rawPairs } from '../handler/raw-pairs.ts'
import type { ResponseHead } from './attempt.ts'

/** Who made the call: hears of one answer or one error, whichever attempt it came from, and may hold it back. */
export class Caller implements Controller {
  readonly #handler: Handler
  readonly #call: { onAbort(reason: Error): void }
  #source: Controller | undefined
  #isOver = false
  aborted = false
  paused = false
  reason: Error | null = null
  // Other interceptors write these.
  rawHeaders: RawHeaders | undefined = undefined
  rawTrailers: RawHeaders | undefined = undefined

  constructor(handler: Handler, call: { onAbort(reason: Error): void }) {
    this.#handler = handler
    this.#call = call
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** At once, and not when a connection is found: a caller who waits can leave. */
  begin(): void {
    try {
      this.#handler.onRequestStart(this, undefined)
    } catch (error) {
      this.#onThrow(error)
    }
  }

  abort(reason: Error): void {
    if (this.#isOver || this.aborted) return
    this.aborted = true
    this.reason = reason
    this.#call.onAbort(reason)
  }

  pause(): void {
    this.paused = true
    this.#source?.pause()
  }

  resume(): void {
    this.paused = false
    this.#source?.resume()
  }

  info(status: number, headers: ResponseHeaders): void {
    if (this.#isOver) return
    try {
      this.#handler.onResponseStart?.(this, status, headers)
    } catch (error) {
      this.#onThrow(error)
    }
  }

  sent(chunk: unknown): void {
    if (!this.#isOver) this.#handler.onBodySent?.(chunk)
  }

  /** From here on it is this source whose body it gets. */
  answer(source: Controller, { status, headers, message }: ResponseHead): void {
    this.#source = source
    // The `fetch` of Node.js 26 reads these alone, and the oldest undici 7 has none.
    this.rawHeaders = source.rawHeaders ?? rawPairs(undefined, headers)
    if (this.paused) source.pause()
    try {
      this.#handler.onResponseStarted?.()
      this.#handler.onResponseStart?.(this, status, headers, message)
    } catch (error) {
      this.#onThrow(error)
    }
  }

  data(chunk: Uint8Array): void {
    if (this.#isOver) return
    try {
      this.#handler.onResponseData?.(this, chunk)
    } catch (error) {
      this.#onThrow(error)
    }
  }

  end(trailers: ResponseHeaders): void {
    if (this.#isOver) return
    this.#isOver = true
    this.rawTrailers = this.#source?.rawTrailers
    try {
      this.#handler.onResponseEnd?.(this, trailers)
    } catch (error) {
      this.#onThrow(error)
    }
  }

  upgrade({ status, headers }: ResponseHead, raw: RawHeaders | undefined, socket: unknown): void {
    this.#isOver = true
    this.rawHeaders = raw ?? rawPairs(undefined, headers)
    this.#handler.onRequestUpgrade?.(this, status, headers, socket)
  }

  fail(error: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#handler.onResponseError?.(this, error)
  }

  /** What a handler throws ends its call, and nothing else. */
  #onThrow(error: unknown): void {
    this.#isOver = false
    this.abort(error as Error)
  }
}
