import type { Socket } from 'node:net'
import type { RawResponse } from '../http/raw-message.ts'
import { isResponseOver } from '../http/response-watch.ts'
import { cutOff } from './cut-off.ts'
import { isBodyThere } from './is-body-there.ts'
import type { SlowClient } from './slow-clients.ts'

/** A socket, with how much of what is being written the kernel has not taken yet, as Node itself reads it. */
type WritingSocket = Pick<Socket, 'bytesRead' | 'bytesWritten' | 'writableLength'> & {
  readonly _handle?: { readonly writeQueueSize?: number } | null
}

/** How much a client has sent of its body, or read of its answer. Of HTTP/2, its session stands for a stream. */
export class ClientProgress implements SlowClient {
  readonly #response: RawResponse
  #written = 0
  #queued = 0
  #moved = 0

  constructor(response: RawResponse) {
    this.#response = response
  }

  get isOver(): boolean {
    return isResponseOver(this.#response) || this.#response.writableFinished
  }

  get isDue(): boolean {
    const response = this.#response
    if (!isBodyThere(response)) return true
    return 'stream' in response ? response.stream.writableLength > 0 : response.writableLength > 0
  }

  get movedBytes(): number {
    const response = this.#response
    const socket: WritingSocket =
      'stream' in response ? (response.stream.session?.socket as Socket) : response.req.socket
    if (!isBodyThere(response)) return socket.bytesRead
    // One large write counts as it goes: Node tells of it only when all of it has gone.
    const written = socket.bytesWritten - socket.writableLength
    const queued = socket._handle?.writeQueueSize ?? 0
    this.#moved += Math.max(written - this.#written, this.#queued - queued, 0)
    this.#written = written
    this.#queued = queued
    return this.#moved
  }

  cutOff(): void {
    cutOff(this.#response)
  }
}
