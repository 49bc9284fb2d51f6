import { connect, type Socket } from 'node:net'

export interface SaturationOptions {
  readonly url: string
  readonly path: string
  readonly connections: number
  /** Ends it. */
  readonly until: Promise<unknown>
}

/** Answers per second, 2xx and others. */
export interface Saturation {
  readonly servedPerSecond: number
  readonly otherPerSecond: number
}

/**
 * Keeps a server busy in closed loop with as little CPU of its own as can be: a client that takes more for a request
 * than the server does would be measured in the server's place. Every answer must be as long as the first one of its
 * status: where the first byte of the next begins is known without parsing.
 */
export async function saturate(options: SaturationOptions): Promise<Saturation> {
  const { hostname, port, host } = new URL(options.url)
  const request = Buffer.from(`GET ${options.path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`)
  const count = { served: 0, other: 0 }
  const clients = await Promise.all(
    Array.from({ length: options.connections }, () => open(hostname, Number(port))),
  )
  const startMs = performance.now()
  await new Promise<void>((resolve, reject) => {
    for (const client of clients) {
      client.on('error', reject)
      client.on('close', () => reject(new Error('the server closed a connection under load')))
      ask(client, request, count)
    }
    options.until.then(() => resolve(), reject)
  })
  const seconds = (performance.now() - startMs) / 1000
  for (const client of clients)
    client
      .removeAllListeners()
      .on('error', () => {})
      .destroy()
  return { servedPerSecond: count.served / seconds, otherPerSecond: count.other / seconds }
}

function open(hostname: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const client = connect({ host: hostname, port, noDelay: true }, () => resolve(client))
    client.once('error', reject)
  })
}

/** Sends the next request when the whole answer to the last one is there. */
function ask(client: Socket, request: Buffer, count: { served: number; other: number }): void {
  const lengths = new Map<number, number>()
  let received: Buffer | undefined
  client.on('data', (chunk) => {
    received = received === undefined ? chunk : Buffer.concat([received, chunk])
    // The first digit of the status, behind `HTTP/1.1 `.
    const status = received[9] ?? 0
    let length = lengths.get(status)
    if (length === undefined) {
      length = answerLength(received)
      if (length === undefined) return
      lengths.set(status, length)
    }
    if (received.length < length) return
    received = undefined
    if (status === DIGIT_TWO) count.served += 1
    else count.other += 1
    client.write(request)
  })
  client.write(request)
}

const DIGIT_TWO = '2'.charCodeAt(0)

/** Of head and body; undefined until the head is there. */
function answerLength(received: Buffer): number | undefined {
  const text = received.toString('latin1')
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const body = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1]
  if (body === undefined) throw new Error('an answer without content-length cannot be counted')
  return end + 4 + Number(body)
}
