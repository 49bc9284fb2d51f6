import {
  Agent,
  createServer,
  get,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'

const CHECK_EVERY_MS = 50

/** What stands before the processes of a rolling restart. */
export interface RollingBalancer {
  readonly port: number
  add(port: number): void | Promise<void>
  remove(port: number): void | Promise<void>
  /** Whether requests are sent to the process of this port. */
  isIn(port: number): boolean
  close(): void
}

interface Backend {
  readonly port: number
  readonly agent: Agent
  isIn: boolean
}

/**
 * A balancer as plain as can be: asks each process for `/readyz` twenty times a second, sends each request to
 * the next that said 200, over connections that it keeps, and tries nothing a second time: what a process loses
 * is lost.
 */
export class Balancer implements RollingBalancer {
  readonly #server = createServer((incoming, outgoing) => this.#pass(incoming, outgoing))
  readonly #backends = new Set<Backend>()
  readonly #timer: NodeJS.Timeout
  #turn = 0

  private constructor() {
    // A kept connection must not end while a request is on its way to it, on a machine that stands still meanwhile.
    this.#server.keepAliveTimeout = 300_000
    this.#timer = setInterval(() => {
      for (const backend of this.#backends) check(backend)
    }, CHECK_EVERY_MS)
  }

  static async open(): Promise<Balancer> {
    const balancer = new Balancer()
    await new Promise<void>((resolve) => balancer.#server.listen(0, '127.0.0.1', resolve))
    return balancer
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  add(port: number): void {
    this.#backends.add({ port, agent: new Agent({ keepAlive: true }), isIn: false })
  }

  remove(port: number): void {
    for (const backend of this.#backends) {
      if (backend.port !== port) continue
      this.#backends.delete(backend)
      backend.agent.destroy()
    }
  }

  isIn(port: number): boolean {
    return [...this.#backends].some((backend) => backend.port === port && backend.isIn)
  }

  close(): void {
    clearInterval(this.#timer)
    this.#server.closeAllConnections()
    this.#server.close()
    for (const { agent } of this.#backends) agent.destroy()
  }

  #pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const backends = [...this.#backends].filter(({ isIn }) => isIn)
    this.#turn += 1
    const backend = backends[this.#turn % backends.length]
    const fail = (why: string): void => {
      if (outgoing.headersSent) outgoing.destroy()
      else outgoing.writeHead(502).end(why)
    }
    if (backend === undefined) {
      fail('no process is in')
      return
    }
    const { port, agent } = backend
    const { method, url, headers } = incoming
    const passed = request({ host: '127.0.0.1', port, agent, method, path: url, headers })
    passed.on('error', (error) => fail(error.message))
    passed.on('response', (response) => {
      outgoing.writeHead(response.statusCode as number)
      response.on('error', (error) => fail(error.message))
      response.pipe(outgoing)
    })
    incoming.pipe(passed)
  }
}

function check(backend: Backend): void {
  // On a connection of its own, as probes are, and out at the first failure.
  const asked = get({ host: '127.0.0.1', port: backend.port, path: '/readyz', agent: false })
  asked.on('error', () => {
    backend.isIn = false
  })
  asked.on('response', (response) => {
    backend.isIn = response.statusCode === 200
    response.resume()
  })
}
