import { type BodySource, OneShotBody, type OneShotLimits } from './one-shot-body.ts'

/** What is sent with each attempt of a call. */
export interface OutgoingBody {
  /** Whether the next attempt can send exactly what the first was to send. */
  readonly canSend: boolean
  /** Whether two attempts can send it at the same time. */
  readonly canShare: boolean
  /** The body failed by itself: what it said. */
  readonly error: { readonly cause: unknown } | undefined
  open(): unknown
  close(): void
}

/** Of a body that a function makes anew for each attempt. */
class MadeBody implements OutgoingBody {
  readonly canShare = true
  readonly #make: () => unknown
  #error: { readonly cause: unknown } | undefined

  constructor(make: () => unknown) {
    this.#make = make
  }

  get canSend(): boolean {
    return this.#error === undefined
  }

  get error(): { readonly cause: unknown } | undefined {
    return this.#error
  }

  open(): unknown {
    try {
      return this.#make()
    } catch (cause) {
      this.#error = { cause }
      throw cause
    }
  }

  close(): void {}
}

/** `undefined` for a body that can be sent as often as one likes, as it is: none, text, bytes, a blob, a form. */
export function outgoingBody(body: unknown, limits: OneShotLimits): OutgoingBody | undefined {
  if (body === null || body === undefined || typeof body === 'string') return undefined
  if (typeof body === 'function') return new MadeBody(body as () => unknown)
  if (typeof body !== 'object' || isRepeatable(body)) return undefined
  const isIterable = Symbol.asyncIterator in body || Symbol.iterator in body
  // Undici says best what is wrong with anything else.
  return isIterable ? new OneShotBody(body as BodySource, limits) : undefined
}

function isRepeatable(body: object): boolean {
  if (ArrayBuffer.isView(body) || body instanceof ArrayBuffer || Array.isArray(body)) return true
  const tag = (body as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]
  return tag === 'Blob' || tag === 'File' || tag === 'FormData'
}
