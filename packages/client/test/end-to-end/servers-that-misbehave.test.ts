import { type AddressInfo, createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { type Client, createClient } from '../../src/index.ts'
import { type Failed, failureOf, type Teardown } from '../fixtures/serve.ts'
import { UNDICIS } from '../fixtures/undicis.ts'

/** A server of its own kind on a bare socket: what it does with each request that has come in whole. */
type Manners = (socket: Socket) => unknown

const EARLY = 'HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n'
const GOOD = 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood'

/** Tells more early hints for as long as the connection lasts. */
function storm(socket: Socket): void {
  const blow = (): void => {
    if (socket.destroyed) return
    socket.write(EARLY.repeat(100))
    setTimeout(blow, 2)
  }
  blow()
}

/** A client of a server that has these manners once, and good ones from then on. */
async function misbehave(
  t: Teardown,
  undici: (typeof UNDICIS)[string],
  bad: Manners,
): Promise<{ client: Client; count: () => number }> {
  let requests = 0
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.setEncoding('latin1')
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (text: string) => {
      if (!/ HTTP\/1\.1\r\n/.test(text)) return
      requests += 1
      if (requests === 1) bad(socket)
      else socket.write(GOOD)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = createClient({
    undici,
    upstreams: [`http://127.0.0.1:${(server.address() as AddressInfo).port}`],
    timeouts: { totalMs: 20_000, attemptMs: 300, bodyIdleMs: 300 },
    retry: { delay: { baseDelayMs: 1 } },
  })
  t.teardown(async () => {
    await client.close()
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { client, count: () => requests }
}

/** Before its answer has begun. */
const UNANSWERED: Readonly<Record<string, Manners>> = {
  'closes at once': (socket) => socket.end(),
  'resets at once': (socket) => socket.resetAndDestroy(),
  'never answers': () => {},
  'stops in the middle of its head': (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-le'),
  'speaks another protocol': (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'),
  'has a length that is no number': (socket) =>
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\ngood'),
  'has two lengths': (socket) =>
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\ngood'),
  'tells early hints for ever': storm,
}

/** The same, but another try would end as this one did. */
const TOO_LARGE: Readonly<Record<string, Manners>> = {
  'has a head without end': (socket) => socket.write(`HTTP/1.1 200 OK\r\nx-a: ${'a'.repeat(1e6)}`),
}

/** After it has begun: the caller has the answer, and learns of it by its body. */
const HALF_ANSWERED: Readonly<Record<string, Manners>> = {
  'is cut off before its length': (socket) =>
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort'),
  'stops before its length': (socket) =>
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort'),
  'has a chunk of no size': (socket) =>
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'),
  'is cut off between chunks': (socket) =>
    socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nshort\r\n'),
}

async function failed(t: Test, client: Client, error: Failed): Promise<void> {
  t.type(error.code, 'string', `${error.name}: ${error.code}: ${error.message}`)
  const answer = await client.request({ path: '/', method: 'POST', body: 'x' })
  t.equal(await answer.body.text(), 'good', 'the next call is answered')
  const [service] = client.stats().services
  t.equal(service?.upstreams[0]?.inFlight ?? 0, 0, 'nothing is left')
}

for (const [name, undici] of Object.entries(UNDICIS)) {
  for (const [what, manners] of Object.entries({ ...UNANSWERED, ...TOO_LARGE })) {
    t.test(`${name}: a server that ${what}`, async (t) => {
      const { client, count } = await misbehave(t, undici, manners)
      const error = await failureOf(client.request({ path: '/', method: 'POST', body: 'x' }))
      t.equal(count(), 1, 'a POST is sent once')
      t.equal(error.outcome, 'maybe-processed')
      await failed(t, client, error)
    })
  }

  for (const [what, manners] of Object.entries(UNANSWERED)) {
    t.test(`${name}: a GET of a server that ${what} is tried again`, async (t) => {
      const { client, count } = await misbehave(t, undici, manners)
      const { body } = await client.request({ path: '/' })
      t.equal(await body.text(), 'good')
      t.equal(count(), 2)
    })
  }

  for (const [what, manners] of Object.entries(HALF_ANSWERED)) {
    t.test(`${name}: an answer that ${what}`, async (t) => {
      const { client, count } = await misbehave(t, undici, manners)
      const { statusCode, body } = await client.request({ path: '/' })
      t.equal(statusCode, 200)
      const error = await failureOf(body.text())
      t.equal(count(), 1, 'what has begun is not sent again')
      await failed(t, client, error)
    })
  }

  t.test(`${name}: an answer that is longer than it said`, async (t) => {
    const { client } = await misbehave(t, undici, (socket) =>
      socket.write(
        'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngoodHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil',
      ),
    )
    t.equal(await (await client.request({ path: '/' })).body.text(), 'good')
    t.equal(
      await (await client.request({ path: '/' })).body.text(),
      'good',
      'is no answer to the next',
    )
  })

  t.test(`${name}: ten thousand early hints, and an answer`, async (t) => {
    const { client } = await misbehave(t, undici, (socket) =>
      socket.write(EARLY.repeat(10_000) + GOOD),
    )
    t.equal(await (await client.request({ path: '/' })).body.text(), 'good')
  })
}
