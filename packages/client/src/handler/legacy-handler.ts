import type { Controller, Handler, ResponseHeaders } from './handler.ts'
import { rawPairs } from './raw-pairs.ts'

/** The protocol up to undici 6, which the `fetch` of Node.js 20 to 24 and parts of undici 7 still speak. */
export interface LegacyCallbacks {
  onConnect?(abort: (reason: Error) => void, context: unknown): void
  onResponseStarted?(): void
  onHeaders?(
    statusCode: number,
    rawHeaders: readonly unknown[],
    resume: () => void,
    statusMessage?: string,
  ): boolean | undefined
  onUpgrade?(statusCode: number, rawHeaders: readonly unknown[], socket: unknown): void
  onData?(chunk: Uint8Array): boolean | undefined
  onComplete?(rawTrailers: readonly unknown[]): void
  onError?(error: Error): void
  onBodySent?(chunk: unknown): void
}

/**
 * Lets a handler of the old protocol hear the new one. Undici 7 has such an adapter that makes two cookies
 * into one, and undici 8 has none: an old handler there never hears of its answer.
 */
export class LegacyHandler implements Handler {
  readonly #callbacks: LegacyCallbacks

  constructor(callbacks: LegacyCallbacks) {
    this.#callbacks = callbacks
  }

  onRequestStart(controller: Controller, context: unknown): void {
    this.#callbacks.onConnect?.((reason) => controller.abort(reason), context)
  }

  onRequestUpgrade(
    controller: Controller,
    statusCode: number,
    headers: ResponseHeaders,
    socket: unknown,
  ): void {
    this.#callbacks.onUpgrade?.(statusCode, rawPairs(controller.rawHeaders, headers), socket)
  }

  onResponseStarted(): void {
    this.#callbacks.onResponseStarted?.()
  }

  onResponseStart(
    controller: Controller,
    statusCode: number,
    headers: ResponseHeaders,
    statusMessage?: string,
  ): void {
    const raw = rawPairs(controller.rawHeaders, headers)
    const resume = () => controller.resume()
    const goesOn = this.#callbacks.onHeaders?.(statusCode, raw, resume, statusMessage)
    // Of an informational response undici has no use for the answer, and pausing would be for good.
    if (goesOn === false && statusCode >= 200) controller.pause()
  }

  onResponseData(controller: Controller, chunk: Uint8Array): void {
    if (this.#callbacks.onData?.(chunk) === false) controller.pause()
  }

  onResponseEnd(controller: Controller, trailers: ResponseHeaders): void {
    this.#callbacks.onComplete?.(rawPairs(controller.rawTrailers, trailers))
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#callbacks.onError?.(error)
  }

  onBodySent(chunk: unknown): void {
    this.#callbacks.onBodySent?.(chunk)
  }
}

/** The handler in the new protocol. */
export function modernHandler(handler: Handler | LegacyCallbacks): Handler {
  const isModern = typeof (handler as Handler).onRequestStart === 'function'
  return isModern ? (handler as Handler) : new LegacyHandler(handler as LegacyCallbacks)
}
