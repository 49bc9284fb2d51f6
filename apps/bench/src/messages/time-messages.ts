import { IncomingMessage, type Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { UnwiredSocket } from './unwired-socket.ts'

/** As many as fifty connections bring in one turn of the event loop, where the client does not hold them back. */
const IN_A_TURN = 45
/** More are not under way but lost. */
const MOST_OPEN = 10_000

export interface MessagesPlan {
  /** To compile, not timed. */
  readonly warmUp: number
  readonly rounds: number
  /** In each round. */
  readonly requests: number
}

export interface MessagesResult {
  /** Of each round, for one request. */
  readonly nsEach: readonly number[]
  /** Answers other than 200 while it was timed. */
  readonly unserved: number
}

/**
 * How long a server takes for hello world, from the event `request` to the end of the response, without a parser, without
 * sockets and without a system call: what is added to that by a guard stands out three times as much as in
 * `overhead`, and processes differ by 2 to 4 %, where those of `overhead` differ by a tenth.
 */
export async function timeMessages(server: Server, plan: MessagesPlan): Promise<MessagesResult> {
  const feed = new MessageFeed(server)
  await feed.serve(plan.warmUp)
  feed.unserved = 0
  const nsEach: number[] = []
  for (let round = 0; round < plan.rounds; round += 1) {
    const begin = process.hrtime.bigint()
    await feed.serve(plan.requests)
    nsEach.push(Number(process.hrtime.bigint() - begin) / plan.requests)
  }
  return { nsEach, unserved: feed.unserved }
}

class MessageFeed {
  readonly #server: Server
  /** Those without a request. */
  readonly #sockets: UnwiredSocket[] = []
  #served = 0
  #open = 0
  unserved = 0

  constructor(server: Server) {
    this.#server = server
  }

  async serve(requests: number): Promise<void> {
    this.#served = 0
    while (this.#served < requests) {
      if (this.#open > MOST_OPEN) throw new Error(`${this.#open} requests were not answered`)
      for (let count = 0; count < IN_A_TURN; count += 1) this.#ask()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  #ask(): void {
    this.#open += 1
    const socket = (this.#sockets.pop() ?? new UnwiredSocket()) as unknown as Socket
    const request = new IncomingMessage(socket)
    Object.assign(request, MESSAGE)
    request.push(null)
    const response = new ServerResponse(request)
    response.assignSocket(socket)
    // As Node's server does it once all of a response is written.
    response.on('finish', () => this.#end(response, socket))
    this.#server.emit('request', request, response)
  }

  #end(response: ServerResponse, socket: Socket): void {
    response.detachSocket(socket)
    this.#sockets.push(socket as unknown as UnwiredSocket)
    this.#open -= 1
    this.#served += 1
    if (response.statusCode !== 200) this.unserved += 1
    process.nextTick(emitClose, response)
  }
}

function emitClose(response: ServerResponse): void {
  response.emit('close')
}

const MESSAGE = Object.freeze({
  method: 'GET',
  url: '/',
  httpVersion: '1.1',
  httpVersionMajor: 1,
  httpVersionMinor: 1,
  rawHeaders: ['Host', 'localhost', 'Connection', 'keep-alive'],
  complete: true,
})
