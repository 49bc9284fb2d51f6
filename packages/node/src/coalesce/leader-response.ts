import type { RawResponse } from '../http/raw-message.ts'
import { hasClientLeft } from '../http/response-watch.ts'
import { PipedBodies } from './piped-bodies.ts'
import type { ResponseHead } from './response-head.ts'
import { writtenHead } from './written-head.ts'

/** What hears how an answer comes about. */
export interface AnswerListener {
  /** The head is made, and nothing of it sent. May come again, before anything else, where it could not be sent. */
  onHead(head: ResponseHead): void
  /** The handler answers with this status: the body to send instead, with a head that is set already; undefined: its own. */
  onStatus(statusCode: number): { readonly body: Buffer | undefined } | undefined
  /** Whether anybody could want what comes. */
  readonly isListening: boolean
  /** False when all who get it have enough for now: `onRoom` of the response is called when one of them has not. */
  onChunk(chunk: Buffer): boolean
  /** The whole is there, with what came last. */
  onEnd(rest: Buffer | undefined): void
  /** It will have no end: its handler gave it up, or its client has left and nobody else waits. */
  onBroken(): void
  /** Whether anybody else waits for the answer. */
  readonly isFollowed: boolean
  /** Its client has left. True: somebody still waits for the answer, and its handler shall not be told. */
  onClientLeft(): boolean
}

type Loose = (...args: unknown[]) => unknown
type Patched = Record<'writeHead' | 'write' | 'end' | 'destroy' | 'emit', Loose>

/**
 * Listens to what a handler writes, and keeps it going when its client leaves while others wait: the response then
 * goes on as if it were being sent. Handlers are told of a client that left by the `close` of the response,
 * which is held back, or find out by its state, which looks open.
 */
export class LeaderResponse {
  readonly #response: RawResponse
  readonly #listener: AnswerListener
  readonly #original: Patched
  readonly #hasBody: boolean
  readonly #bodies: PipedBodies
  #isHeadMade = false
  #isOver = false
  #isDetached = false
  /** Its handler was told to wait with more, and for what: the `drain` that follows. */
  #isFull = false
  #replaced: 'no' | 'now' | 'yes' = 'no'
  /** Within `end`, which under HTTP/2 writes by itself. */
  #isEnding = false

  constructor(response: RawResponse, listener: AnswerListener) {
    this.#response = response
    this.#listener = listener
    this.#hasBody = response.req?.method !== 'HEAD'
    this.#bodies = new PipedBodies(() => isClientGone(response) && listener.isFollowed)
    const { writeHead, write, end, destroy, emit } = response as unknown as Patched
    this.#original = { writeHead, write, end, destroy, emit }
    const patched = response as unknown as Patched
    patched.writeHead = (...args) => this.#writeHead(args)
    patched.write = (...args) => this.#write(args)
    patched.end = (...args) => this.#end(args)
    patched.destroy = (...args) => this.#destroy(args)
    patched.emit = (...args) => this.#emit(args)
  }

  /** Nobody waits any more: the handler is told that its client has left. */
  letGo(): void {
    if (!this.#isDetached) return
    this.#isDetached = false
    this.#isOver = true
    if (!('stream' in this.#response)) this.#response.destroyed = true
    this.#bodies.letGo()
    this.#original.emit.call(this.#response, 'close')
  }

  /** Its client has left, and who gets the answer instead has taken what there was of it. */
  onRoom(): void {
    if (!this.#isDetached || !this.#isFull) return
    this.#isFull = false
    this.#original.emit.call(this.#response, 'drain')
  }

  #writeHead(args: unknown[]): unknown {
    if (this.#isReplaced(Number(args[0]))) return this.#response
    const isFirst = !this.#isHeadMade && !this.#response.headersSent
    if (isFirst) this.#makeHead(args)
    if (this.#isDetached) return this.#response
    try {
      return this.#original.writeHead.apply(this.#response, args)
    } catch (error) {
      // Its framework will answer in another way.
      if (isFirst) this.#isHeadMade = false
      throw error
    }
  }

  #write(args: unknown[]): unknown {
    if (this.#isReplaced(this.#response.statusCode)) {
      callBack(args)
      return true
    }
    if (this.#isEnding || this.#isOver) return this.#original.write.apply(this.#response, args)
    if (!this.#isDetached) {
      const hasRoom = this.#original.write.apply(this.#response, args)
      this.#isFull = hasRoom === false
      this.#pass(args)
      return hasRoom
    }
    this.#isFull = !this.#pass(args)
    callBack(args)
    return !this.#isFull
  }

  #end(args: unknown[]): unknown {
    if (this.#isReplaced(this.#response.statusCode)) {
      callBack(args)
      this.letGo()
      return this.#response
    }
    if (this.#isOver) return this.#original.end.apply(this.#response, args)
    if (!this.#isDetached) {
      // Under HTTP/2 an end without a body makes no call of `writeHead`.
      if ('stream' in this.#response) this.#ensureHead()
      this.#isEnding = true
      try {
        this.#original.end.apply(this.#response, args)
      } finally {
        this.#isEnding = false
      }
      this.#finish(args)
      return this.#response
    }
    this.#finish(args)
    callBack(args)
    this.letGo()
    return this.#response
  }

  /** Whether something else was sent: what the handler writes goes nowhere then. */
  #isReplaced(statusCode: number): boolean {
    if (this.#replaced !== 'no') return this.#replaced === 'yes'
    if (this.#isHeadMade || this.#isOver || this.#response.headersSent) return false
    const instead = this.#listener.onStatus(statusCode)
    if (instead === undefined) return false
    this.#isHeadMade = true
    this.#replaced = 'now'
    if (!this.#isDetached) {
      this.#isOver = true
      this.#original.end.call(this.#response, instead.body)
    }
    this.#replaced = 'yes'
    return true
  }

  #finish(args: unknown[]): void {
    // Before what is told of it may end it again.
    this.#isOver = true
    if (this.#isDetached && !('stream' in this.#response)) this.#response.finished = true
    this.#ensureHead()
    this.#listener.onEnd(this.#copyOf(args))
  }

  #pass(args: unknown[]): boolean {
    this.#ensureHead()
    const chunk = this.#copyOf(args)
    return chunk === undefined || this.#listener.onChunk(chunk)
  }

  /** A copy: the handler may use its buffer again. */
  #copyOf([chunk, encoding]: unknown[]): Buffer | undefined {
    if (!this.#hasBody || !this.#listener.isListening) return undefined
    if (typeof chunk === 'string') {
      const format = typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8'
      return chunk === '' ? undefined : Buffer.from(chunk, format)
    }
    return chunk instanceof Uint8Array && chunk.length > 0 ? Buffer.from(chunk) : undefined
  }

  #destroy(args: unknown[]): unknown {
    this.#break()
    if (!this.#isDetached) return this.#original.destroy.apply(this.#response, args)
    this.letGo()
    return this.#response
  }

  #emit(args: unknown[]): unknown {
    const [name, source] = args
    if (name === 'pipe') this.#bodies.onPipe(source)
    else if (name === 'unpipe') this.#bodies.onUnpipe(source)
    const isEnd = name === 'close' || (name === 'finish' && 'stream' in this.#response)
    if (!isEnd || this.#isOver) return this.#original.emit.apply(this.#response, args)
    if (this.#isDetached) return true
    if (hasClientLeft(this.#response) && this.#listener.onClientLeft()) {
      this.#detach()
      return true
    }
    this.#break()
    return this.#original.emit.apply(this.#response, args)
  }

  #break(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#listener.onBroken()
    this.#bodies.letGo()
  }

  /** From here on nothing is sent: the socket is gone, and what looks at the response must not see that. */
  #detach(): void {
    this.#isDetached = true
    const response = this.#response
    // It waits for a socket that will never drain.
    process.nextTick(() => this.onRoom())
    if ('stream' in response) return
    response.destroyed = false
    const open = response as { socket: unknown }
    open.socket = null
    const isSent = response.headersSent
    const get = (): boolean => isSent || this.#isHeadMade
    Object.defineProperty(response, 'headersSent', { get, configurable: true })
  }

  #ensureHead(): void {
    if (!this.#isHeadMade) this.#makeHead([this.#response.statusCode])
  }

  #makeHead(args: unknown[]): void {
    this.#isHeadMade = true
    this.#listener.onHead(writtenHead(this.#response, args))
  }
}

/** Told of by no event yet, maybe: a socket says that it is gone before the responses on it do. */
function isClientGone(response: RawResponse): boolean {
  return 'stream' in response ? response.stream.destroyed : response.req.socket.destroyed
}

/** Of a write that went nowhere: whoever waits for it goes on. */
function callBack(args: readonly unknown[]): void {
  const last = args.findLast((arg) => typeof arg === 'function') as (() => void) | undefined
  if (last !== undefined) process.nextTick(last)
}
