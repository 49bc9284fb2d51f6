import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, createServer as createHttp2Server } from 'node:http2'
import { setTimeout as sleep } from 'node:timers/promises'
import { calm, get, listening, RawSocket, until } from '@headgate/conformance'
import t from 'tap'
import { createAdmission, drainOnSignal, wrap } from '../../src/index.ts'

/** Long enough for a test to look at what goes on meanwhile, and ended by it as soon as it has. */
const LONG_MS = 30_000

interface Held {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

async function create(t: { teardown(task: () => unknown): void }, limit = 10) {
  const admission = calm(createAdmission({ limit, queue: { maxWaitMs: 60_000, order: 'fifo' } }))
  const held: Held[] = []
  const server = createServer(
    wrap(
      (request: IncomingMessage, response: ServerResponse) => {
        if (request.url === '/held') held.push({ request, response })
        else response.end('done')
      },
      { admission },
    ),
  )
  t.teardown(() => server.closeAllConnections())
  const drain = (options: object) => {
    const signalDrain = drainOnSignal(server, admission, {
      drainDelayMs: 0,
      lastCallMs: 0,
      timeoutMs: LONG_MS,
      ...options,
    })
    t.teardown(signalDrain.stop)
    return signalDrain
  }
  return { server, admission, held, drain }
}

t.test('serves on while it leaves, and says nothing of it to clients', async (t) => {
  const { server, admission, drain } = await create(t)
  const { start } = drain({ drainDelayMs: 2_000 })
  const port = await listening(t, server)
  const client = new RawSocket(port)
  const done = start()
  t.notOk(admission.ready(), 'not ready at once')
  client.write(get())
  await client.hears('done')
  t.match(client.text, /keep-alive/i)
  t.equal(server.listening, true)
  t.match(await done, { leftover: 0, connections: 0 })
  t.ok(client.text.startsWith('HTTP/1.1 200'))
  await until('the idle connection is closed', () => client.closed)
})

t.test('in the last call every answer ends its connection, and all are served', async (t) => {
  const { server, held, drain } = await create(t)
  const { start } = drain({ lastCallMs: LONG_MS })
  const port = await listening(t, server)
  const [running, idle] = [new RawSocket(port).write(get('/held')), new RawSocket(port)]
  idle.write(get())
  await idle.hears('done')
  await until('one runs', () => held.length === 1)
  const done = start()
  await until('the last call is made', () => held[0]?.response.shouldKeepAlive === false)
  const late = new RawSocket(port).write(get())
  idle.write(get())
  await until(
    'a kept connection and a new one are served and closed',
    () => idle.closed && late.closed,
  )
  for (const client of [idle, late]) {
    t.match(client.text, /connection: close[\s\S]*done$/i)
  }
  held[0]?.response.end('held')
  await running.hears('held')
  t.match(running.text, /connection: close/i)
  t.match(await done, { leftover: 0, connections: 0 }, 'over as soon as no connection is left')
})

t.test('serves who waits, refuses who comes, and waits for answers on their way', async (t) => {
  const { server, admission, held, drain } = await create(t, 1)
  const { start } = drain({})
  const port = await listening(t, server)
  const [running, waiting, kept] = [1, 2, 3].map(() => new RawSocket(port))
  kept?.write('GET / HTTP/1.1\r\nhost: a\r\n')
  running?.write(get('/held'))
  await until('one runs', () => held.length === 1)
  waiting?.write(get())
  await until('one waits', () => admission.snapshot().queued === 1)
  const done = start()
  await until('nobody comes in', () => admission.snapshot().draining)
  kept?.write('\r\n')
  await kept?.hears('"reason":"draining"')
  t.match(kept?.text, /connection: close/i)
  held[0]?.response.end('held')
  await waiting?.hears('done')
  t.match(await done, { leftover: 0, connections: 0 })
})

t.test('cuts off what does not end, and says how much', async (t) => {
  const { server, held, drain } = await create(t)
  const { start } = drain({ timeoutMs: 50 })
  const port = await listening(t, server)
  const client = new RawSocket(port).write(get('/held'))
  await until('it runs', () => held.length === 1)
  t.match(await start(), { leftover: 1, connections: 1 })
  await until('it is cut off', () => client.closed)
  t.equal(server.listening, false)
})

t.test('a connection that never asked holds nothing up', async (t) => {
  const { server, drain } = await create(t)
  const { start } = drain({})
  const port = await listening(t, server)
  const client = new RawSocket(port)
  await new Promise((resolve) => server.once('connection', resolve))
  t.match(await start(), { leftover: 0, connections: 0 })
  await until('it is closed', () => client.closed)
})

t.test('who expects to be invited is told of the last call, too', async (t) => {
  const { server, admission, held, drain } = await create(t)
  const inviting = wrap(
    (_request: IncomingMessage, response: ServerResponse) => {
      response.writeContinue()
      response.end('invited')
    },
    { admission },
  )
  server.on('checkContinue', inviting)
  const { start } = drain({ lastCallMs: LONG_MS })
  const port = await listening(t, server)
  const running = new RawSocket(port).write(get('/held'))
  await until('one runs', () => held.length === 1)
  const done = start()
  await until('the last call is made', () => held[0]?.response.shouldKeepAlive === false)
  const late = new RawSocket(port)
  late.write('POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 1\r\n\r\nx')
  await late.hears('invited')
  t.match(late.text, /connection: close/i)
  held[0]?.response.end('held')
  await running.hears('held')
  t.match(await done, { leftover: 0 })
})

t.test('HTTP/2: sessions are told, and streams served to the end', async (t) => {
  const admission = createAdmission()
  const held: { end(text: string): unknown }[] = []
  const server = createHttp2Server(wrap((_request, response) => held.push(response), { admission }))
  const { start, stop } = drainOnSignal(server, admission, {
    drainDelayMs: 0,
    lastCallMs: LONG_MS,
    timeoutMs: LONG_MS,
  })
  t.teardown(stop)
  const port = await listening(t, server)
  const client = connect(`http://127.0.0.1:${port}`)
  let [goaway, heard, closed] = [-1, '', false]
  client.on('goaway', (code) => {
    goaway = code
  })
  client.on('close', () => {
    closed = true
  })
  const stream = client.request({ ':path': '/' }).setEncoding('utf8')
  stream.on('data', (text: string) => {
    heard += text
  })
  await until('it runs', () => held.length === 1)
  const done = start()
  await until('GOAWAY comes', () => goaway === 0)
  t.notOk(closed)
  held[0]?.end('served')
  t.match(await done, { leftover: 0, connections: 0 })
  t.equal(heard, 'served')
})

t.test('an admission goes on for as long as one of its servers serves', async (t) => {
  const { server, admission, drain } = await create(t)
  // Has no connection that it would have to wait for.
  const idle = createServer()
  await listening(t, idle)
  const { start, stop } = drainOnSignal(idle, admission, { drainDelayMs: 0, lastCallMs: LONG_MS })
  t.teardown(stop)
  const { start: startBusy } = drain({ lastCallMs: LONG_MS })
  const client = new RawSocket(await listening(t, server))
  client.write(get())
  await client.hears('done')
  const done = [startBusy(), start()]
  // Ten times as long as it takes to see that there is no connection.
  await sleep(200)
  client.write(get())
  await until('it is answered', () => client.text.split('HTTP/1.1').length > 2)
  t.notMatch(client.text, 'HTTP/1.1 503', 'a last call is for all')
  t.match(await Promise.all(done), [{ leftover: 0 }, { leftover: 0, connections: 0 }])
})
