import { type ClientHttp2Session, connect, constants } from 'node:http2'
import { calm, giveBack, keepWarnings, occupy, until } from '@headgate/conformance'
import fastify from 'fastify'
import t from 'tap'
import { type FastifyHeadgateOptions, headgate } from '../src/index.ts'

/** An app on HTTP/2 behind the gate, and a session with it, until the test is over. */
async function create(
  t: { teardown(task: () => unknown): void },
  options: FastifyHeadgateOptions = {
    queue: { maxWaitMs: 60_000, maxQueued: 1_000, order: 'fifo' },
  },
) {
  const app = fastify({ http2: true })
  await app.register(headgate, options)
  calm(app.headgate)
  let handled = 0
  app.get('/', async () => 'served')
  app.get('/never', () => {
    handled += 1
    return new Promise(() => {})
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const client = connect(url)
  client.on('error', () => {})
  t.teardown(async () => {
    client.destroy()
    giveBack(app.headgate)
    await app.close()
  })
  return { app, client, handled: () => handled }
}

function ask(
  client: ClientHttp2Session,
  path: string,
): Promise<{ status: unknown; headers: Record<string, unknown>; body: string }> {
  return new Promise((resolve, reject) => {
    const stream = client.request({ ':path': path })
    let headers: Record<string, unknown> = {}
    let body = ''
    stream.setEncoding('utf8')
    stream.on('response', (received) => {
      headers = received
    })
    stream.on('data', (chunk: string) => {
      body += chunk
    })
    stream.on('end', () => resolve({ status: headers[':status'], headers, body }))
    stream.on('error', reject)
  })
}

t.test('serves and refuses on HTTP/2, and says nothing of the connection', async (t) => {
  const warnings = keepWarnings(t)
  const { app, client } = await create(t, { limit: 1, queue: false })
  t.match(await ask(client, '/'), { status: 200, body: 'served' })
  await until('the permit is back', () => app.headgate.snapshot().inFlight === 0)
  occupy(app.headgate)
  const { status, headers, body } = await ask(client, '/')
  t.equal(status, 503)
  t.match(headers, { 'content-type': 'application/problem+json', 'x-nack': '1' })
  t.match(headers['retry-after'], /^([1-9]|[12][0-9]|30)$/)
  t.equal(headers.connection, undefined)
  t.equal(JSON.parse(body).reason, 'full')
  t.same(warnings, [])
})

t.test('a stream reset while its handler runs gives its permit back', async (t) => {
  const { app, client } = await create(t)
  const stream = client.request({ ':path': '/never' })
  stream.on('error', () => {})
  await until('it runs', () => app.headgate.snapshot().inFlight === 1)
  stream.close(constants.NGHTTP2_CANCEL)
  await until('the permit is back', () => app.headgate.snapshot().inFlight === 0)
  t.equal((await ask(client, '/')).status, 200, 'and the session goes on')
})

t.test('a stream reset while it waits frees its place, and no handler runs', async (t) => {
  const { app, client, handled } = await create(t, {
    limit: 1,
    queue: { maxWaitMs: 60_000, maxQueued: 1_000, order: 'fifo' },
  })
  const release = occupy(app.headgate)
  const stream = client.request({ ':path': '/never' })
  stream.on('error', () => {})
  await until('it waits', () => app.headgate.snapshot().queued === 1)
  stream.close(constants.NGHTTP2_CANCEL)
  await until('its place is free', () => app.headgate.snapshot().queued === 0)
  release()
  t.equal((await ask(client, '/')).status, 200)
  t.equal(handled(), 0)
})

t.test('a session that dies gives every permit back', async (t) => {
  const { app, client } = await create(t, {
    limit: 20,
    queue: { maxWaitMs: 60_000, maxQueued: 1_000, order: 'fifo' },
  })
  for (let n = 0; n < 20; n += 1) client.request({ ':path': '/never' }).on('error', () => {})
  await until('all run', () => app.headgate.snapshot().inFlight === 20)
  client.destroy()
  await until('every permit is back', () => app.headgate.snapshot().inFlight === 0)
  t.equal(app.headgate.snapshot().queued, 0)
})
