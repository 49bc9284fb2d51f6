import { connect, createServer as createHttp2Server } from 'node:http2'
import { get, listening, RawSocket, until } from '@headgate/conformance'
import t from 'tap'
import { createAdmission, wrap } from '../../src/index.ts'
import { gatedServer } from '../fixtures/gated-server.ts'

/** Nobody on this machine is as fast as that without sending or reading all the time. */
const SLOW = { minBytesPerSecond: 1e12, windowMs: 1_000 }
const HEAD = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n'

t.test('who does not send the rest of its body is told so, and its handler too', async (t) => {
  let failed: unknown
  const { port, admission } = await gatedServer(
    t,
    async (request, response) => {
      try {
        for await (const _chunk of request);
        response.end('served')
      } catch (error) {
        failed = error
      }
    },
    { admission: { slowClients: SLOW } },
  )
  const client = new RawSocket(port).write(`${HEAD}part`)
  await until('it is cut off', () => client.closed)
  t.match(client.text, /^HTTP\/1\.1 408 /)
  await until('its handler hears of it', () => failed !== undefined)
  t.match(admission.snapshot(), { inFlight: 0, cutOff: 1, detached: 1 })
})

t.test('who does not read its answer is cut off', async (t) => {
  const { port, admission } = await gatedServer(
    t,
    (_request, response) => response.end(Buffer.alloc(30_000_000, 'x')),
    { admission: { slowClients: SLOW } },
  )
  const client = new RawSocket(port)
  client.socket.pause()
  client.write(get())
  await until('it is cut off', () => admission.snapshot().cutOff === 1)
  client.socket.resume()
  await until('its connection ends', () => client.closed)
  t.ok(client.text.length < 30_000_000)
})

t.test('who listens to a stream in which nothing happens is left alone', async (t) => {
  const { port, admission, server } = await gatedServer(
    t,
    (_request, response) => {
      response.write('data: hello\n\n')
      setTimeout(() => response.write('data: more\n\n'), 3_500)
    },
    { admission: { slowClients: SLOW } },
  )
  const client = new RawSocket(port).write(get('/'))
  await client.hears('data: more')
  t.match(admission.snapshot(), { cutOff: 0, inFlight: 0, detached: 1 })
  t.notOk(client.closed)
  client.socket.destroy()
  server.closeAllConnections()
})

t.test('a stream of HTTP/2 that is not read is reset', async (t) => {
  const admission = createAdmission({ slowClients: SLOW })
  t.teardown(() => admission.close())
  const listener = wrap((_request, response) => void response.end(Buffer.alloc(30_000_000, 'x')), {
    admission,
  })
  const client = connect(`http://127.0.0.1:${await listening(t, createHttp2Server(listener))}`)
  t.teardown(() => client.destroy())
  const stream = client.request({ ':path': '/' }).on('error', () => {})
  await until('it is reset', () => admission.snapshot().cutOff === 1)
  stream.resume()
  await until('and so ends', () => stream.closed)
})
