import { connect } from 'node:http2'
import { get, portOf, RawSocket, until } from '@headgate/conformance'
import fastify, { type FastifyReply } from 'fastify'
import t from 'tap'
import { createAdmission, drainOnSignal, headgate } from '../src/index.ts'

t.test('an app that closes serves who runs, and ends its connection with the answer', async (t) => {
  const app = fastify()
  await app.register(headgate)
  const held: FastifyReply[] = []
  app.get('/', (_request, reply) => void held.push(reply))
  await app.listen({ port: 0, host: '127.0.0.1' })
  const client = new RawSocket(portOf(app)).write(get())
  await until('it runs', () => held.length === 1)
  const closed = app.close()
  await until('it drains', () => app.headgate.snapshot().draining)
  t.notOk(app.headgate.ready())
  held[0]?.send('served')
  await client.hears('served')
  t.match(client.text, /connection: close/i)
  await closed
})

t.test('serves on for drainDelayMs where Fastify lets it', async (t) => {
  const app = fastify({ return503OnClosing: false })
  await app.register(headgate, { drainDelayMs: 2_000 })
  app.get('/', async () => 'served')
  await app.listen({ port: 0, host: '127.0.0.1' })
  const closed = app.close()
  t.teardown(() => closed)
  await until('it leaves', () => !app.headgate.ready())
  const client = new RawSocket(portOf(app)).write(get())
  await client.hears('served')
  t.equal(client.count(200), 1)
  await closed
})

t.test('a delay for which Fastify would not wait is told at once', async (t) => {
  const app = fastify({ return503OnClosing: false })
  t.teardown(() => app.close())
  await t.rejects((async () => app.register(headgate, { drainDelayMs: 6_000 }))(), {
    code: 'HG_ERR_OPTION',
    option: 'drainDelayMs',
  })
})

t.test('drainOnSignal serves on before the app closes, and its hooks still run', async (t) => {
  const admission = createAdmission()
  const app = fastify()
  await app.register(headgate, { admission })
  app.get('/', async () => 'served')
  let closed = 0
  app.addHook('onClose', async () => {
    closed += 1
  })
  const drain = drainOnSignal(app, admission, { drainDelayMs: 2_000, lastCallMs: 0 })
  t.teardown(drain.stop)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const port = portOf(app)
  const done = drain.start()
  t.notOk(admission.ready())
  await new RawSocket(port).write(get()).hears('served')
  t.match(await done, { leftover: 0, connections: 0 })
  t.equal(closed, 1)
})

t.test('a session of HTTP/2 is told, and does not keep the app from closing', async () => {
  const app = fastify({ http2: true })
  await app.register(headgate)
  app.get('/', async () => 'served')
  const client = connect(await app.listen({ port: 0, host: '127.0.0.1' }))
  client.on('error', () => {})
  let goaway = -1
  client.on('goaway', (code) => {
    goaway = code
  })
  const stream = client.request({ ':path': '/' }).resume()
  await until('it is served', () => stream.closed)
  await app.close()
  await until('GOAWAY has come', () => goaway === 0)
  await until('the session has ended', () => client.closed)
})
