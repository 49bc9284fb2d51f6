import type { Controller } from '../handler/handler.ts'
import type { Replica } from '../service/replica.ts'

const MAX_DRAINED_BYTES = 65_536
const MAX_DRAIN_MS = 1000
const MAX_DRAINS = 10

export interface DrainParts {
  readonly controller: Controller
  readonly replica: Replica
  readonly reason: Error
}

/**
 * Reads a response that nobody wants to its end, so that its connection can be used again: to abort it would
 * close the connection. What is long or slow is aborted after all.
 */
export class Drain {
  readonly #parts: DrainParts
  readonly #timer: NodeJS.Timeout
  #bytes = 0
  #isOver = false

  /** `undefined` where too many are being read already: it was aborted. */
  static begin(parts: DrainParts): Drain | undefined {
    const { controller, replica, reason } = parts
    if (replica.drains < MAX_DRAINS) return new Drain(parts)
    controller.abort(reason)
    return undefined
  }

  private constructor(parts: DrainParts) {
    this.#parts = parts
    parts.replica.drains += 1
    this.#timer = setTimeout(() => this.#abort(), MAX_DRAIN_MS).unref()
    parts.controller.resume()
  }

  onData(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes > MAX_DRAINED_BYTES) this.#abort()
  }

  /** The response has ended by itself. */
  onEnd(): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#timer)
    this.#parts.replica.drains -= 1
  }

  #abort(): void {
    if (this.#isOver) return
    this.onEnd()
    this.#parts.controller.abort(this.#parts.reason)
  }
}
