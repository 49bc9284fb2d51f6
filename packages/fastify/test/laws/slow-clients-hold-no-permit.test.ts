import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { ask, giveBack, occupy, portOf, RawSocket, until } from '@headgate/conformance'
import fastify, { type FastifyInstance } from 'fastify'
import t from 'tap'
import { createAdmission, createServerFactory, headgate } from '../../src/index.ts'

const LIMIT = 4
const CLIENTS = 8
const OPTIONS = {
  limit: LIMIT,
  queue: { maxWaitMs: 5_000, maxQueued: 100, order: 'fifo' },
} as const

t.setTimeout(60_000)

const WAYS: Readonly<Record<string, () => Promise<FastifyInstance>>> = {
  'a plugin': async () => {
    const app = fastify({ forceCloseConnections: true })
    await app.register(headgate, OPTIONS)
    return app
  },
  'a guard and a plugin': async () => {
    const admission = createAdmission(OPTIONS)
    const app = fastify({
      forceCloseConnections: true,
      serverFactory: createServerFactory({ admission }),
    })
    await app.register(headgate, { admission })
    return app
  },
}

const SLOW: Readonly<Record<string, string>> = {
  'a body that does not come': 'POST /upload HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nx',
  'a chunked body that does not come':
    'POST /upload HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n',
  'server-sent events': 'GET /events HTTP/1.1\r\nhost: a\r\n\r\n',
  'a hijacked reply': 'GET /hijacked HTTP/1.1\r\nhost: a\r\n\r\n',
  'a stream that goes on': 'GET /stream HTTP/1.1\r\nhost: a\r\n\r\n',
  'a response that is not read': 'GET /large HTTP/1.1\r\nhost: a\r\n\r\n',
  'a handler that gives its permit back': 'GET /poll HTTP/1.1\r\nhost: a\r\n\r\n',
}

async function create(way: string): Promise<FastifyInstance> {
  const app = await (WAYS[way] as () => Promise<FastifyInstance>)()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.post('/upload', async (request) => String(request.body))
  app.addContentTypeParser('application/x-stream', (_request, body, done) => done(null, body))
  app.post('/stream', async (request) => Buffer.concat(await request.raw.toArray()).toString())
  app.get('/events', (_request, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
    reply.raw.write('data: hello\n\n')
  })
  app.get('/hijacked', (_request, reply) => {
    reply.hijack()
  })
  app.get('/stream', (_request, reply) => reply.send(new Readable({ read: () => {} })))
  app.get('/large', (_request, reply) => reply.send(Buffer.alloc(30_000_000, 'x')))
  app.get('/poll', (request) => {
    request.headgate?.release()
    return new Promise(() => {})
  })
  app.get('/', async () => 'served')
  await app.listen({ port: 0, host: '127.0.0.1' })
  return app
}

for (const way of Object.keys(WAYS)) {
  for (const [what, text] of Object.entries(SLOW)) {
    // The guard is not told that a reply was hijacked: until its head is sent, it is taken for work.
    if (way !== 'a plugin' && what === 'a hijacked reply') continue
    t.test(`behind ${way}, ${what} keeps nobody out`, async (t) => {
      const app = await create(way)
      t.teardown(() => app.close())
      const sockets: Socket[] = Array.from({ length: CLIENTS }, () => {
        const socket = connect(portOf(app), '127.0.0.1')
        socket.on('error', () => {})
        socket.write(text)
        return socket.pause()
      })
      const { headgate: admission } = app
      await until('all are in', () => admission.snapshot().admitted.important >= CLIENTS)
      for (let n = 0; n < LIMIT + 1; n += 1) t.equal((await ask(portOf(app))).body, 'served')
      await until('no permit is in use', () => admission.snapshot().inFlight === 0)
      for (const socket of sockets) socket.destroy()
      t.equal((await ask(portOf(app))).body, 'served')
    })
  }

  t.test(`behind ${way}, a body that comes late is asked for again`, async (t) => {
    const app = await create(way)
    t.teardown(() => app.close())
    const { headgate: admission } = app
    const client = new RawSocket(portOf(app))
    client.write('POST /upload HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhe')
    await until('its permit is taken back', () => admission.snapshot().detached === 1)
    t.equal(admission.snapshot().inFlight, 0)
    client.write('llo')
    await client.hears('hello')
    t.match(client.text, /^HTTP\/1\.1 200/)
    await until('the permit is back', () => admission.snapshot().inFlight === 0)
    t.equal(admission.snapshot().admitted.important, 2)
    client.socket.destroy()
  })

  t.test(
    `behind ${way}, what comes of a body that a handler reads by itself waits for a permit`,
    async (t) => {
      const app = await create(way)
      t.teardown(() => app.close())
      const { headgate: admission } = app
      const client = new RawSocket(portOf(app))
      client.write(
        'POST /stream HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-stream\r\ncontent-length: 5\r\n\r\nhe',
      )
      await until('its permit is taken back', () => admission.snapshot().detached === 1)
      for (let n = 0; n < LIMIT; n += 1) occupy(admission)
      client.write('llo')
      await until('it waits', () => admission.snapshot().queued === 1)
      t.equal(client.text, '')
      giveBack(admission)
      await client.hears('hello')
      client.socket.destroy()
    },
  )
}
