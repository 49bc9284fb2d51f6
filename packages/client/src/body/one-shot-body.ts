import type { ReplayMemory } from './replay-memory.ts'

export type BodySource = AsyncIterable<unknown> | Iterable<unknown>

export interface OneShotLimits {
  /** A longer body is sent once, and then no more. */
  readonly maxBytes: number
  readonly memory: ReplayMemory
}

/**
 * A body that can be read once: a stream, or what `fetch` makes of any body. What is read is kept, up to a
 * bound, so that it can be sent again once all of it is known. It never stands for half a body: what was
 * begun and is not whole is not sent again.
 */
export class OneShotBody {
  readonly canShare = false
  readonly #source: BodySource
  readonly #limits: OneShotLimits
  #chunks: Uint8Array[] | undefined = []
  #keptBytes = 0
  #isTouched = false
  #isWhole = false
  #error: { readonly cause: unknown } | undefined

  constructor(source: BodySource, limits: OneShotLimits) {
    this.#source = source
    this.#limits = limits
    const { on } = source as { on?: unknown }
    // Until undici listens nobody does, and a stream that fails in the meantime would end the process.
    if (typeof on === 'function') {
      on.call(source, 'error', (cause: unknown) => {
        this.#error ??= { cause }
      })
    }
  }

  /** The source failed: what it said. */
  get error(): { readonly cause: unknown } | undefined {
    return this.#error
  }

  get canSend(): boolean {
    if (this.#error !== undefined) return false
    return !this.#isTouched || (this.#isWhole && this.#chunks !== undefined)
  }

  /** The body for one attempt. */
  open(): unknown {
    if (this.#isTouched) return Buffer.concat(this.#chunks ?? [])
    return this.#read()
  }

  /** Nothing is going to be sent again: lets go of what was kept. */
  close(): void {
    if (this.#chunks === undefined) return
    this.#chunks = undefined
    this.#limits.memory.give(this.#keptBytes)
    this.#keptBytes = 0
  }

  async *#read(): AsyncGenerator<unknown> {
    if (this.#isTouched) throw new Error('the body of this request was read already')
    this.#isTouched = true
    try {
      for await (const chunk of this.#source) {
        this.#keep(chunk)
        yield chunk
      }
      this.#isWhole = true
    } catch (cause) {
      this.#error ??= { cause }
      throw cause
    }
  }

  #keep(chunk: unknown): void {
    if (this.#chunks === undefined) return
    const bytes = bytesOf(chunk)
    const { maxBytes, memory } = this.#limits
    const mayKeep = bytes !== undefined && this.#keptBytes + bytes.byteLength <= maxBytes
    if (!mayKeep || !memory.tryTake(bytes.byteLength)) {
      this.close()
      return
    }
    this.#keptBytes += bytes.byteLength
    this.#chunks.push(bytes)
  }
}

/** A copy: the source may use its memory again. */
function bytesOf(chunk: unknown): Uint8Array | undefined {
  if (typeof chunk === 'string') return Buffer.from(chunk)
  if (chunk instanceof Uint8Array) return Uint8Array.prototype.slice.call(chunk)
  return undefined
}
