import type {
  Controller,
  Dispatch,
  DispatchOptions,
  Handler,
  RawHeaders,
  ResponseHeaders,
} from '../handler/handler.ts'
import type { AnswerTaker, SharedAnswer } from './shared-answer.ts'

/** One of those who wait for a shared answer: gets it at its own pace, and may leave without the others. */
export class SharingCaller implements Controller, AnswerTaker {
  readonly #handler: Handler
  readonly #leaving = new AbortController()
  /** Where the rest comes from, if it is for this caller alone. */
  #source: SharedAnswer | Controller | undefined
  #left: Uint8Array[] = []
  #trailers: ResponseHeaders | undefined
  #isPumping = false
  #isOver = false
  aborted = false
  paused = false
  reason: Error | null = null
  rawHeaders: RawHeaders | undefined = undefined
  rawTrailers: RawHeaders | undefined = undefined

  constructor(handler: Handler) {
    this.#handler = handler
  }

  /** Aborted when the caller leaves. */
  get signal(): AbortSignal {
    return this.#leaving.signal
  }

  get isOver(): boolean {
    return this.#isOver
  }

  begin(): void {
    this.#handler.onRequestStart(this, undefined)
  }

  abort(reason: Error): void {
    if (this.#isOver) return
    this.aborted = true
    this.reason = reason
    this.#source?.abort(reason)
    this.fail(reason)
    this.#leaving.abort(reason)
  }

  pause(): void {
    this.paused = true
    if (this.#left.length === 0) this.#source?.pause()
  }

  resume(): void {
    this.paused = false
    this.#pump()
  }

  fail(error: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#handler.onResponseError?.(this, error)
  }

  /** False: it is not whole, and another caller has it. */
  take(answer: SharedAnswer): boolean {
    if (this.#isOver) return true
    if (!answer.isWhole && !answer.claim(this)) return false
    if (!answer.isWhole) this.#source = answer
    // Each has bytes of its own: what one does with them is no business of the others.
    this.#left = answer.chunks.map((chunk) => Uint8Array.prototype.slice.call(chunk))
    this.#trailers = answer.trailers
    this.rawHeaders = answer.rawHeaders
    this.#handler.onResponseStart?.(this, answer.status, answer.headers, answer.message)
    this.#pump()
    return true
  }

  /** Makes the call for this caller, after all. */
  goAlone(dispatch: Dispatch, options: DispatchOptions): void {
    if (this.#isOver) return
    const handler = this.#handler
    dispatch(options, {
      onRequestStart: (controller) => {
        this.#source = controller
        if (this.aborted) controller.abort(this.reason as Error)
      },
      onResponseStart: (controller, status, headers) => {
        this.rawHeaders = controller.rawHeaders
        if (!this.#isOver) handler.onResponseStart?.(this, status, headers)
      },
      onResponseData: (_controller, chunk) => this.onChunk(chunk),
      onResponseEnd: (_controller, trailers) => this.onEnd(trailers),
      onResponseError: (_controller, error) => this.fail(error),
    })
  }

  onChunk(chunk: Uint8Array): void {
    if (this.#isOver) return
    this.#left.push(chunk)
    this.#pump()
    if (this.paused) this.#source?.pause()
  }

  onEnd(trailers: ResponseHeaders): void {
    this.#trailers = trailers
    this.#pump()
  }

  onError(error: Error): void {
    this.fail(error)
  }

  #pump(): void {
    // A handler may ask for more from within its own callback.
    if (this.#isPumping) return
    this.#isPumping = true
    while (!this.paused && !this.#isOver) {
      const chunk = this.#left.shift()
      if (chunk === undefined) break
      this.#handler.onResponseData?.(this, chunk)
    }
    this.#isPumping = false
    if (this.paused || this.#isOver || this.#left.length > 0) return
    if (this.#trailers === undefined) this.#source?.resume()
    else {
      this.#isOver = true
      this.#handler.onResponseEnd?.(this, this.#trailers)
    }
  }
}
