import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import t from 'tap'
import { createClient } from '../../src/index.ts'
import { propertySeed } from '../fixtures/property-seed.ts'
import { UNDICIS } from '../fixtures/undicis.ts'

// Real sockets, some hundred calls.
t.setTimeout(120_000)

/** Kinds of body, each made of the same bytes in pieces; what is not text or bytes is read once. */
const KINDS: Readonly<Record<string, (bytes: Buffer, pieces: readonly Buffer[]) => unknown>> = {
  text: (bytes) => bytes.toString('latin1'),
  bytes: (bytes) => bytes,
  'typed array': (bytes) => new Uint8Array(bytes),
  blob: (bytes) => new Blob([new Uint8Array(bytes)]),
  'a function': (_bytes, pieces) => () => Readable.from(pieces),
  stream: (_bytes, pieces) => Readable.from(pieces),
  iterable: (_bytes, pieces) =>
    (async function* () {
      yield* pieces
    })(),
}

/** Where the first attempt fails. */
const FAULTS = [
  'none',
  'cut at once',
  'cut half way',
  'cut after',
  'early 503',
  '503',
  'nack',
  'late',
] as const
type Fault = (typeof FAULTS)[number]

/** Repeated or not: with 0 any method may be sent again. */
const METHODS = ['PUT', 'POST'] as const

/** A call ends within its attempts' times; this leaves room for a busy machine. */
const WATCH_MS = 15_000

/** Above this a one-shot body is sent once. */
const REPLAYED_BYTES = 64 * 1024

interface Case {
  readonly kind: string
  readonly fault: Fault
  readonly method: (typeof METHODS)[number]
  readonly way: 'request' | 'fetch'
  readonly bytes: number
  readonly pieces: number
}

interface Received {
  readonly body: Buffer
  /** All of it had come, as far as the server can tell. */
  readonly isWhole: boolean
}

/** What the server knows of one call: how it fails its first request, and what it received. */
interface Ledger {
  readonly fault: Fault
  requests: number
  readonly received: Received[]
}

/** A server that treats the first request of a call as it was told to, and answers the rest. */
class FaultyServer {
  readonly #ledgers: Ledger[] = []
  readonly server = createServer((request, response) => this.#onRequest(request, response))

  /** @returns the path of the call: what comes late must not count for the next one. */
  begin(fault: Fault): { path: string; ledger: Ledger } {
    const ledger = { fault, requests: 0, received: [] }
    this.#ledgers.push(ledger)
    return { path: `/${this.#ledgers.length - 1}`, ledger }
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const ledger = this.#ledgers[Number(request.url?.slice(1))] as Ledger
    ledger.requests += 1
    const fault = ledger.requests === 1 ? ledger.fault : 'none'
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      if (fault === 'cut half way') request.socket.destroy()
    })
    request.on('error', () => {})
    request.on('close', () => {
      ledger.received.push({ body: Buffer.concat(chunks), isWhole: request.complete })
    })
    if (fault === 'cut at once') request.socket.destroy()
    if (fault === 'early 503') response.writeHead(503, { connection: 'close' }).end('full')
    request.on('end', () => {
      if (fault === 'cut after') request.socket.destroy()
      else if (fault === '503') response.writeHead(503).end('full')
      else if (fault === 'nack') response.writeHead(503, { 'x-nack': '1' }).end()
      else if (fault === 'none') response.end(String(Buffer.concat(chunks).length))
    })
  }
}

/** When the server has seen the end of all it was sent, which is a moment later than the client. */
async function ended(ledger: Ledger): Promise<void> {
  for (let turn = 0; turn < 1000 && ledger.received.length < ledger.requests; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const CASES: fc.Arbitrary<Case> = fc.record({
  kind: fc.constantFrom(...Object.keys(KINDS)),
  fault: fc.constantFrom(...FAULTS),
  method: fc.constantFrom(...METHODS),
  way: fc.constantFrom('request' as const, 'fetch' as const),
  bytes: fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 60_000, max: 200_000 })),
  pieces: fc.integer({ min: 1, max: 5 }),
})

const RUNS = Number(process.env.HEADGATE_BODIES ?? 60)

for (const [name, undici] of Object.entries(UNDICIS)) {
  t.test(`${name}: a server gets all of a body, or knows that it did not`, async (t) => {
    const faulty = new FaultyServer()
    await new Promise<void>((resolve) => faulty.server.listen(0, '127.0.0.1', resolve))
    const origin = `http://127.0.0.1:${(faulty.server.address() as AddressInfo).port}`
    t.teardown(() => {
      faulty.server.closeAllConnections()
      faulty.server.close()
    })
    const client = createClient({
      undici,
      origin,
      timeouts: { attemptMs: 100 },
      throttle: false,
      limiter: false,
      retry: {
        delay: { baseDelayMs: 1, overloadBaseDelayMs: 1 },
        budget: { creditRatio: 1, minCapacity: 1000 },
      },
    })
    t.teardown(() => client.close())
    let [answered, retried] = [0, 0]
    const run = async (asked: Case) => {
      const { path, ledger } = faulty.begin(asked.fault)
      const { bytes, body } = bodyOf(asked)
      const wrong: string[] = []
      try {
        const { status, text } = await within(WATCH_MS, send(client, path, { asked, body }))
        if (status === 200) answered += 1
        if (status === 200 && text !== String(bytes.length)) wrong.push(`${text} bytes were taken`)
      } catch (error) {
        const { code, message } = error as { code?: string; message: string }
        if (message === 'it hangs') wrong.push(message)
        if (/length|MISMATCH/i.test(`${code} ${message}`)) wrong.push(`${code} ${message}`)
      }
      await ended(ledger)
      const whole = ledger.received.filter(({ isWhole }) => isWhole)
      for (const { body } of whole) if (!body.equals(bytes)) wrong.push('other bytes were received')
      if (ledger.received.length > 1) retried += 1
      const isOnce = ['stream', 'iterable'].includes(asked.kind)
      if (isOnce && bytes.length > REPLAYED_BYTES && whole.length > 1) wrong.push('sent again')
      if (asked.method === 'POST' && asked.fault !== 'nack' && whole.length > 1)
        wrong.push('a POST was made twice')
      return wrong
    }
    await fc.assert(
      fc.asyncProperty(CASES, async (asked) => {
        const wrong = await run(asked)
        if (wrong.length > 0) throw new Error(`${JSON.stringify(asked)}: ${wrong.join(', ')}`)
      }),
      { numRuns: RUNS, seed: propertySeed(t) },
    )
    t.comment(
      `${RUNS} calls, ${answered} answered, ${retried} sent more than once; target: 0 wrong`,
    )
    t.ok(answered > 0 && retried > 0)
    t.equal(client.stats().active, 0)
  })
}

function bodyOf({ kind, bytes: length, pieces: count }: Case): { bytes: Buffer; body: unknown } {
  // Below 128, so that text has as many bytes as characters.
  const bytes = Buffer.from(Array.from({ length }, (_, at) => (at * 31) % 127))
  const size = Math.ceil(length / count)
  const pieces = Array.from({ length: count }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  )
  return { bytes, body: KINDS[kind]?.(bytes, pieces) }
}

async function send(
  client: ReturnType<typeof createClient>,
  path: string,
  { asked, body }: { readonly asked: Case; readonly body: unknown },
): Promise<{ status: number; text: string }> {
  const { kind, method, way } = asked
  // `fetch` takes no function.
  if (way === 'request' || kind === 'a function') {
    const answer = await client.request({ path, method, body: body as never })
    return { status: answer.statusCode, text: await answer.body.text() }
  }
  const answer = await client.fetch(path, { method, body: body as never, duplex: 'half' })
  return { status: answer.status, text: await answer.text() }
}

/** @throws when it takes longer: a call that never ends. */
async function within<Result>(watchMs: number, promise: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const watch = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('it hangs')), watchMs)
  })
  return Promise.race([promise, watch]).finally(() => clearTimeout(timer))
}
