import type { Controller, Handler, RawHeaders, ResponseHeaders } from '../handler/handler.ts'

/** Who an answer is handed to. */
export interface AnswerTaker {
  onChunk(chunk: Uint8Array): void
  onEnd(trailers: ResponseHeaders): void
  onError(error: Error): void
}

/**
 * The answer to a call that several callers wait for: kept whole, if it is short. One that is longer than
 * `maxBytes` is held back as soon as that shows, and is then for one of them alone.
 */
export class SharedAnswer implements Handler {
  readonly #maxBytes: number
  readonly #onReady: (error: Error | undefined) => void
  #controller: Controller | undefined
  #bytes = 0
  #taker: AnswerTaker | undefined
  #abortReason: Error | undefined
  readonly chunks: Uint8Array[] = []
  status = 0
  headers: ResponseHeaders = {}
  message: string | undefined
  rawHeaders: RawHeaders | undefined
  trailers: ResponseHeaders | undefined

  /** @param onReady called once: it can be handed out, or has failed. */
  constructor(maxBytes: number, onReady: (error: Error | undefined) => void) {
    this.#maxBytes = maxBytes
    this.#onReady = onReady
  }

  get isWhole(): boolean {
    return this.trailers !== undefined
  }

  /** The one who gets what is still to come. False: it is somebody's already. */
  claim(taker: AnswerTaker): boolean {
    if (this.#taker !== undefined) return false
    this.#taker = taker
    return true
  }

  abort(reason: Error): void {
    this.#abortReason ??= reason
    this.#controller?.abort(reason)
  }

  pause(): void {
    this.#controller?.pause()
  }

  resume(): void {
    this.#controller?.resume()
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller
    if (this.#abortReason !== undefined) controller.abort(this.#abortReason)
  }

  onResponseStart(
    controller: Controller,
    status: number,
    headers: ResponseHeaders,
    message?: string,
  ): void {
    if (status < 200) return
    this.status = status
    this.headers = headers
    this.message = message
    this.rawHeaders = controller.rawHeaders
  }

  onResponseData(controller: Controller, chunk: Uint8Array): void {
    if (this.#taker !== undefined) {
      this.#taker.onChunk(chunk)
      return
    }
    this.#bytes += chunk.byteLength
    this.chunks.push(chunk)
    if (this.#bytes <= this.#maxBytes) return
    controller.pause()
    this.#onReady(undefined)
  }

  onResponseEnd(_controller: Controller, trailers: ResponseHeaders): void {
    this.trailers = trailers
    if (this.#taker === undefined) this.#onReady(undefined)
    else this.#taker.onEnd(trailers)
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#taker === undefined) this.#onReady(error)
    else this.#taker.onError(error)
  }
}
