import type { Server } from 'node:http'
import { connect, constants } from 'node:http2'
import { Server as SecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { ask, calm, get, giveBack, occupy, portOf, RawSocket, until } from '@headgate/conformance'
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import t from 'tap'
import {
  type Admission,
  createAdmission,
  createServerFactory,
  type GuardOptions,
  headgate,
} from '../src/index.ts'

type Teardown = { teardown(task: () => unknown): void }

interface Guarded {
  readonly app: FastifyInstance
  readonly admission: Admission
}

/** An app behind a guard, closed at the end of the test. */
function guarded(t: Teardown, options: GuardOptions, server?: FastifyServerOptions): Guarded {
  const admission = calm(options.admission ?? createAdmission({ limit: 1, queue: false }))
  const app = fastify({
    ...server,
    forceCloseConnections: true,
    serverFactory: createServerFactory({ ...options, admission }),
  })
  t.teardown(async () => {
    giveBack(admission)
    await app.close()
    admission.close()
  })
  app.get('/', async () => 'served')
  app.get('/livez', async () => 'alive')
  return { app, admission }
}

async function listen(app: FastifyInstance): Promise<number> {
  await app.listen({ port: 0, host: '127.0.0.1' })
  return portOf(app)
}

t.test('refuses before Fastify sees the request', async (t) => {
  const { app, admission } = guarded(t, {})
  let seen = 0
  app.addHook('onRequest', async () => {
    seen += 1
  })
  const port = await listen(app)
  t.equal((await ask(port)).body, 'served')
  await until('the permit is back', () => admission.snapshot().inFlight === 0)
  occupy(admission)
  t.match(await ask(port), {
    statusCode: 503,
    headers: { 'content-type': 'application/problem+json', 'x-nack': '1' },
  })
  t.equal(seen, 1)
  t.equal((await ask(port, { path: '/livez' })).body, 'alive')
})

t.test('alone needs no options', async (t) => {
  const app = fastify({ serverFactory: createServerFactory() })
  t.teardown(() => app.close())
  app.get('/', async () => 'served')
  t.equal((await ask(await listen(app))).body, 'served')
})

t.test('a request through guard and plugin is counted once', async (t) => {
  const { app, admission } = guarded(t, {
    admission: createAdmission({
      limit: 3,
      queue: { maxWaitMs: 60_000, maxQueued: 1_000, order: 'fifo' },
    }),
  })
  await app.register(headgate, { admission })
  app.get('/handle', async (request) => request.headgate?.tier)
  const port = await listen(app)
  for (let n = 0; n < 10; n += 1) t.equal((await ask(port, { path: '/handle' })).body, 'important')
  await until('the permits are back', () => admission.snapshot().inFlight === 0)
  t.equal(admission.snapshot().admitted.important, 10)
  // inject goes past the server, and so past the guard: the plugin is what admits it.
  t.equal((await app.inject('/handle')).body, 'important')
  t.equal(admission.snapshot().admitted.important, 11)
})

t.test('with admit: route the routes’ own tiers count, once', async (t) => {
  const { app, admission } = guarded(t, {
    admission: createAdmission({ limit: 10, queue: false }),
    admit: 'route',
  })
  await app.register(headgate, { admission })
  app.get('/vip', { config: { headgate: { tier: 'critical' } } }, async (r) => r.headgate?.tier)
  app.get('/free', { config: { headgate: false } }, async () => 'free')
  const port = await listen(app)
  for (let n = 0; n < 9; n += 1) occupy(admission)
  t.equal((await ask(port)).statusCode, 503)
  t.equal((await ask(port, { path: '/vip' })).body, 'critical')
  await until('the permit is back', () => admission.snapshot().inFlight === 9)
  t.equal((await ask(port, { path: '/free' })).body, 'free')
  t.equal(admission.snapshot().admitted.critical, 10)
  giveBack(admission)
  await admission.drain()
  t.equal(JSON.parse((await ask(port)).body).reason, 'draining')
  t.equal((await ask(port, { path: '/livez' })).body, 'alive')
})

t.test('asks before it invites a body', async (t) => {
  const { app, admission } = guarded(t, {})
  app.post('/', async (request) => request.body)
  const port = await listen(app)
  const head =
    'POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\n'

  const admitted = new RawSocket(port).write(head)
  await admitted.hears('HTTP/1.1 100 Continue\r\n\r\n')
  admitted.write('hello')
  await admitted.hears('\r\n\r\nhello')
  t.equal(admitted.count(200), 1)
  await until('the permit is back', () => admission.snapshot().inFlight === 0)

  occupy(admission)
  const refused = new RawSocket(port).write(head)
  await refused.hears('"reason":"full"')
  t.equal(refused.count(100), 0, 'the body was never asked for')
  t.equal(refused.count(503), 1)
  refused.socket.destroy()
})

t.test('a client that leaves while it waits to send its body frees its place', async (t) => {
  const { app, admission } = guarded(t, {
    admission: createAdmission({
      limit: 1,
      queue: { maxWaitMs: 60_000, maxQueued: 1_000, order: 'fifo' },
    }),
  })
  const port = await listen(app)
  const release = occupy(admission)
  const client = new RawSocket(port).write(
    'POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n',
  )
  await until('it waits', () => admission.snapshot().queued === 1)
  client.socket.destroy()
  await until('its place is free', () => admission.snapshot().queued === 0)
  release()
  t.equal(client.count(100), 0)
})

t.test('pipelined requests on a socket that dies give their permits back', async (t) => {
  const { app, admission } = guarded(t, {
    admission: createAdmission({
      limit: 500,
      queue: { maxWaitMs: 60_000, maxQueued: 1_000, order: 'fifo' },
    }),
  })
  await app.register(headgate, { admission })
  let running = 0
  app.get('/never', () => {
    running += 1
    return new Promise(() => {})
  })
  const port = await listen(app)
  const clients = Array.from({ length: 20 }, () =>
    new RawSocket(port).write(get('/never').repeat(10)),
  )
  await until('all run', () => running === 200)
  for (const { socket } of clients) socket.destroy()
  await until('every permit is back', () => admission.snapshot().inFlight === 0)
  t.equal(admission.snapshot().queued, 0)
})

t.test('Fastify’s timeouts reach the server, and the server’s own go before them', async (t) => {
  const factory = createServerFactory({}, { keepAliveTimeout: 1_234, requestTimeout: 5_678 })
  const app = fastify({
    serverFactory: factory,
    connectionTimeout: 1_111,
    keepAliveTimeout: 2_222,
    maxRequestsPerSocket: 33,
  })
  t.teardown(() => app.close())
  const { timeout, keepAliveTimeout, requestTimeout, maxRequestsPerSocket } = app.server as Server
  t.same(
    { timeout, keepAliveTimeout, requestTimeout, maxRequestsPerSocket },
    { timeout: 1_111, keepAliveTimeout: 1_234, requestTimeout: 5_678, maxRequestsPerSocket: 33 },
  )
  const plain = fastify({ serverFactory: createServerFactory() })
  const bare = fastify()
  t.teardown(() => Promise.all([plain.close(), bare.close()]))
  for (const name of ['timeout', 'keepAliveTimeout', 'requestTimeout'] as const) {
    t.equal((plain.server as Server)[name], (bare.server as Server)[name], name)
  }
})

t.test('what Fastify was told of its server is not lost', async (t) => {
  const plain = fastify({
    http: { maxHeaderSize: 1_024 },
    serverFactory: createServerFactory(),
  })
  t.teardown(() => plain.close())
  const port = await listen(plain)
  t.equal((await ask(port, { headers: { big: 'x'.repeat(2_000) } })).statusCode, 431)

  // A service that asked for TLS must not be served without.
  const secure = fastify({
    https: { key: '', cert: '' },
    serverFactory: createServerFactory(),
  } as FastifyServerOptions)
  t.teardown(() => secure.close())
  t.type(secure.server, SecureServer)
})

t.test('every address of localhost is guarded by the same gate', async (t) => {
  const { app, admission } = guarded(t, {})
  await app.listen({ port: 0, host: 'localhost' })
  occupy(admission)
  for (const { port, address } of app.addresses() as AddressInfo[]) {
    const response = await fetch(`http://${address === '::1' ? '[::1]' : address}:${port}/`)
    t.equal(response.status, 503, address)
  }
})

t.test('says at once what is wrong with an option', async (t) => {
  t.throws(() => createServerFactory({ hook: 'onRequest' } as never), { code: 'HG_ERR_OPTION' })
  t.throws(() => createServerFactory({ admit: 'some' as 'all' }), {
    message: 'admit must be one of "all", "route", got "some"',
  })
})

t.test('a request over the limits of HTTP never gets to the gate', async (t) => {
  const { app, admission } = guarded(t, {})
  const port = await listen(app)
  const client = new RawSocket(port).write('GET / HTTP/1.1\r\nbad header\r\n\r\n')
  await until('the server closes', () => client.closed)
  t.equal(client.count(400), 1)
  t.equal(admission.snapshot().inFlight, 0)
})

t.test('HTTP/2 is served as Fastify would, guarded', async (t) => {
  const admission = calm(createAdmission({ limit: 1, queue: false }))
  const serverFactory = createServerFactory({ admission, refuseStreams: true }) as never
  const app = fastify({ http2: true, http2SessionTimeout: 60_000, serverFactory })
  t.teardown(() => app.close())
  t.teardown(() => giveBack(admission))
  app.get('/', async () => 'served')
  const client = connect(await app.listen({ port: 0, host: '127.0.0.1' }))
  client.on('error', () => {})
  t.teardown(() => client.destroy())
  const served = client.request({ ':path': '/' }).setEncoding('utf8')
  let body = ''
  served.on('data', (text: string) => {
    body += text
  })
  await until('it is served', () => served.closed)
  t.equal(body, 'served')
  await until('the permit is back', () => admission.snapshot().inFlight === 0)
  occupy(admission)
  const refused = client.request({ ':path': '/' }).on('error', () => {})
  await until('it is refused', () => refused.closed)
  t.equal(refused.rstCode, constants.NGHTTP2_REFUSED_STREAM)
})
