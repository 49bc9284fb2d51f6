import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { connect, createServer, type Http2ServerRequest } from 'node:http2'
import { calm, listening, occupy, RawSocket, until } from '@headgate/conformance'
import t from 'tap'
import { createAdmission, wrap } from '../../src/index.ts'
import { gatedServer } from '../fixtures/gated-server.ts'

t.test(
  'who is refused with a body that came late is refused for good: nobody reads on',
  async (t) => {
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
      { admission: { limit: 1, queue: false } },
    )
    const client = new RawSocket(port)
    client.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 8\r\n\r\nhalf')
    await until('its permit goes back', () => admission.snapshot().detached === 1)
    const release = occupy(admission)
    client.write('half')
    await client.hears('"reason":"full"')
    t.match(client.text, /^HTTP\/1\.1 503 [\s\S]*connection: close/i)
    await until('its connection ends', () => client.closed)
    await until('its handler hears of it', () => failed !== undefined)
    t.match(failed, { code: 'ECONNRESET' })
    release()
  },
)

const HALF = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 8\r\n\r\nhalf'

t.test(
  'a refusal of one whose handler may have begun is no promise that nothing was done',
  async (t) => {
    const { port, admission } = await gatedServer(
      t,
      async (request, response) => {
        await request.toArray().catch(() => undefined)
        response.end()
      },
      { admission: { limit: 1, queue: false } },
    )
    const client = new RawSocket(port).write(HALF)
    await until('its permit goes back', () => admission.snapshot().detached === 1)
    const release = occupy(admission)
    client.write('half')
    await client.hears('"reason":"full"')
    t.match(client.text, 'Refused once its body had come')
    t.notMatch(client.text, /x-nack/i)
    const other = new RawSocket(port).write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
    await other.hears('"reason":"full"')
    t.match(other.text, /x-nack: 1[\s\S]*Refused before any work was done/i)
    other.socket.destroy()
    release()
  },
)

t.test('a handler that has begun to answer is not refused any more', async (t) => {
  let answer = (): void => {}
  const { port, admission } = await gatedServer(
    t,
    (request, response) => {
      answer = () => response.flushHeaders()
      request.on('end', () => response.end('served')).resume()
    },
    { admission: { limit: 1, queue: { maxWaitMs: 100 } } },
  )
  const client = new RawSocket(port).write(HALF)
  await until('its permit goes back', () => admission.snapshot().detached === 1)
  const release = occupy(admission)
  client.write('half')
  await until('it waits', () => admission.snapshot().queued === 1)
  answer()
  await client.hears('served')
  t.match(client.text, /^HTTP\/1\.1 200/)
  release()
  client.socket.destroy()
})

t.test(
  'a handler that answers without the end of its body waits no more, and teaches nothing',
  async (t) => {
    let answer = (): void => {}
    const { port, admission } = await gatedServer(
      t,
      (request, response) => {
        answer = () => response.end('enough')
        request.resume()
      },
      { admission: { limit: 1 } },
    )
    const { patienceMs } = admission.held
    for (let n = 0; n < 16; n += 1) {
      const client = new RawSocket(port).write(HALF)
      await until('its permit goes back', () => admission.snapshot().detached === n + 1)
      const release = occupy(admission)
      client.write('half')
      await until('it waits', () => admission.snapshot().queued === 1)
      answer()
      t.equal(admission.snapshot().queued, 0)
      await client.hears('enough')
      release()
      client.socket.destroy()
    }
    t.equal(admission.held.patienceMs, patienceMs)
  },
)

t.test(
  'whoever listens to a body that was held finds the context of its own request',
  async (t) => {
    const storage = new AsyncLocalStorage<string>()
    const found: unknown[] = []
    let finish = (): unknown => undefined
    const { port, admission } = await gatedServer(
      t,
      (request, response) => {
        if (request.method === 'GET') {
          finish = storage.run('another', () => AsyncResource.bind(() => response.end('served')))
          return
        }
        request.on('end', () => {
          found.push(storage.getStore())
          response.end('served')
        })
        request.resume()
      },
      { admission: { limit: 1 } },
    )
    const client = new RawSocket(port).write(HALF)
    await until('its permit goes back', () => admission.snapshot().detached === 1)
    const other = new RawSocket(port).write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
    await until('another has it', () => admission.snapshot().inFlight === 1)
    client.write('half')
    await until('it waits', () => admission.snapshot().queued === 1)
    finish()
    await client.hears('served')
    t.same(found, [undefined])
    other.socket.destroy()
    client.socket.destroy()
  },
)

t.test(
  'over HTTP/2, too, a handler that is refused with a late body does not get all of it',
  async (t) => {
    const admission = calm(createAdmission({ limit: 1, queue: false }))
    t.teardown(() => admission.close())
    const ends: unknown[] = []
    const server = createServer(
      wrap(
        async (request: Http2ServerRequest) => {
          await request.toArray().then(
            () => ends.push('all of it'),
            (error: NodeJS.ErrnoException) => ends.push(error.code),
          )
        },
        { admission },
      ),
    )
    const client = connect(`http://127.0.0.1:${await listening(t, server)}`)
    t.teardown(() => client.destroy())
    const stream = client.request({ ':method': 'POST', ':path': '/' })
    let status: unknown
    stream.on('response', (headers) => {
      status = headers[':status']
    })
    stream.resume().write('half')
    await until('its permit goes back', () => admission.snapshot().detached === 1)
    const release = occupy(admission)
    stream.end('half')
    await until('it is refused', () => status !== undefined)
    await until('its handler hears of it', () => ends.length === 1)
    t.equal(status, 503)
    t.not(ends[0], 'all of it')
    release()
  },
)

t.test('what is decided about one whose body came late can be explained', async (t) => {
  const { port, admission } = await gatedServer(
    t,
    async (request, response) => {
      await request.toArray().catch(() => undefined)
      response.end()
    },
    { admission: { limit: 1, queue: false, explain: 10 } },
  )
  const client = new RawSocket(port).write(HALF.replace('host: a', 'host: a\r\nx-request-id: late'))
  await until('its permit goes back', () => admission.snapshot().detached === 1)
  const release = occupy(admission)
  client.write('half')
  await client.hears('"reason":"full"')
  const answers = admission.explain('late').decisions.map(({ answer }) => answer)
  t.same(answers.toSorted(), ['admitted', 'full'])
  release()
})
