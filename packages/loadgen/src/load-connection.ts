import { connect, type Socket } from 'node:net'
import { ResponseParser } from './response-parser.ts'

const READ_BUFFER_BYTES = 8 * 1024

/** Told what happens on a connection. */
export interface ConnectionListener {
  onOpen(connection: LoadConnection): void
  /** The response to the request sent last is complete, and in `connection.response`. */
  onResponse(connection: LoadConnection): void
  /** The connection is gone, with the request it carried if it carried one. */
  onClose(connection: LoadConnection, code: string): void
}

/** One keep-alive connection that carries one request at a time. */
export class LoadConnection {
  readonly response: ResponseParser
  readonly #listener: ConnectionListener
  readonly #socket: Socket
  #busy = false
  #code = 'closed'

  constructor(url: URL, countHeader: string | undefined, listener: ConnectionListener) {
    this.#listener = listener
    this.response = new ResponseParser(countHeader)
    // `onread` skips the readable stream and its allocation per read: a third of the cost of a request.
    this.#socket = connect({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port || 80),
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
        callback: (length, bytes) =>
          this.#onBytes(Buffer.from(bytes.buffer, bytes.byteOffset, length)),
      },
    })
    this.#socket.on('connect', () => listener.onOpen(this))
    this.#socket.on('end', () => this.#onEnd())
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#code = error.code ?? 'closed'
    })
    this.#socket.on('close', () => listener.onClose(this, this.#code))
  }

  /** Whether a request is on its way. */
  get busy(): boolean {
    return this.#busy
  }

  get destroyed(): boolean {
    return this.#socket.destroyed
  }

  send(bytes: Buffer, isHead: boolean): void {
    this.#busy = true
    this.response.reset(isHead)
    this.#socket.write(bytes)
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #onBytes(bytes: Buffer): boolean {
    // Bytes nobody asked for mean that the next answer could be taken for another's.
    const state = this.#busy ? this.response.push(bytes) : 'broken'
    if (state === 'complete') this.#complete()
    else if (state === 'broken') {
      this.#code = 'protocol'
      this.#socket.destroy()
    }
    return true
  }

  #onEnd(): void {
    if (this.#busy && this.response.end() === 'complete') this.#complete()
    this.#socket.destroy()
  }

  #complete(): void {
    this.#busy = false
    if (!this.response.keepAlive) this.#socket.destroy()
    this.#listener.onResponse(this)
  }
}
