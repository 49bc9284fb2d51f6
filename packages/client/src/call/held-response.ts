import type { ResponseHeaders } from '../handler/handler.ts'
import type { Attempt } from './attempt.ts'
import type { Caller } from './caller.ts'

const MAX_HELD_BYTES = 65_536

/**
 * A response that is no good, kept while another attempt may bring a better one. It is held back at its
 * socket; what comes all the same is kept, up to a bound.
 */
export class HeldResponse {
  readonly attempt: Attempt
  readonly #chunks: Uint8Array[] = []
  #bytes = 0
  #trailers: ResponseHeaders | undefined

  constructor(attempt: Attempt) {
    this.attempt = attempt
    attempt.controller?.pause()
  }

  /** False: it is too long to be kept. */
  keep(chunk: Uint8Array): boolean {
    this.#bytes += chunk.byteLength
    this.#chunks.push(chunk)
    return this.#bytes <= MAX_HELD_BYTES
  }

  end(trailers: ResponseHeaders): void {
    this.#trailers = trailers
  }

  /** Hands on what was kept. True: that was all of it. */
  replay(caller: Caller): boolean {
    for (const chunk of this.#chunks) caller.data(chunk)
    if (this.#trailers !== undefined) caller.end(this.#trailers)
    else if (!caller.paused) this.attempt.controller?.resume()
    return this.#trailers !== undefined
  }
}
