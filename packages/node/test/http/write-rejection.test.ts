import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { ask, get, listening, oneConnection, RawSocket, until } from '@headgate/conformance'
import type { Rejection } from '@headgate/core'
import t from 'tap'
import { resolveHeaderOptions } from '../../src/contract/header-options.ts'
import { RejectionResponses } from '../../src/http/rejection-response.ts'
import { writeRejection } from '../../src/http/write-rejection.ts'
import { createAdmission, type WrapOptions, wrap } from '../../src/index.ts'
import { force } from '../../src/testing.ts'
import { gatedServer } from '../fixtures/gated-server.ts'

/** A server that refuses everything but probes. */
async function refusing(
  t: Parameters<typeof gatedServer>[0],
  options: WrapOptions<IncomingMessage, ServerResponse> = {},
): ReturnType<typeof gatedServer> {
  const gated = await gatedServer(t, (_request, response) => response.end('served'), {
    wrap: options,
  })
  force(gated.admission, { reason: 'shed', retryAfterMs: 2_400 })
  return gated
}

t.test('is the whole contract on the wire', async (t) => {
  const { port } = await refusing(t)
  const { statusCode, statusMessage, headers, body } = await ask(port)
  t.equal(statusCode, 503)
  t.equal(statusMessage, 'Service Unavailable')
  t.match(headers, {
    'retry-after': '3',
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    'x-nack': '1',
    'x-overload': 'scope=instance',
  })
  t.ok(headers.date, 'as every response of Node has')
  t.match(JSON.parse(body), { status: 503, reason: 'shed' })
})

t.test('with nobody in front, everybody may come back in a second', async (t) => {
  const { port, admission } = await gatedServer(t, () => {}, {
    admission: { limit: 1, queue: false },
  })
  admission.tryAcquire()
  const seen = new Set<string>()
  const answers = await Promise.all(Array.from({ length: 60 }, () => ask(port)))
  for (const { headers } of answers) seen.add(headers['retry-after'] as string)
  t.same([...seen], ['1'], 'not half of them in two, for jitter that whole seconds cannot tell')
})

t.test('keeps the connection', async (t) => {
  const { server, port } = await refusing(t)
  let connections = 0
  server.on('connection', () => {
    connections += 1
  })
  const agent = oneConnection()
  t.teardown(() => agent.destroy())
  for (const body of [undefined, 'small', 'x'.repeat(65_536)]) {
    const question = body === undefined ? {} : { method: 'POST', body }
    const { statusCode, headers } = await ask(port, { ...question, agent })
    t.equal(statusCode, 503)
    t.equal(headers.connection, 'keep-alive')
  }
  t.equal(connections, 1)
})

t.test('closes it rather than read a large body that nobody wants', async (t) => {
  const { port } = await refusing(t)
  const client = new RawSocket(port).write(
    'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 65537\r\n\r\n',
  )
  await until('the server closes', () => client.closed)
  t.match(client.text, /^HTTP\/1\.1 503 /)
  t.match(client.text, /\r\nconnection: close\r\n/i)
})

t.test('a chunked body of unknown length ends the connection', async (t) => {
  const { port } = await refusing(t)
  const client = new RawSocket(port).write(
    'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n',
  )
  await client.hears('"reason":"shed"')
  t.match(client.text, /\r\nconnection: close\r\n/i)
  await until('it is closed', () => client.closed)
})

t.test('HEAD gets the headers of GET, and no body', async (t) => {
  const { port } = await refusing(t)
  const { headers } = await ask(port)
  const client = new RawSocket(port).write('HEAD / HTTP/1.1\r\nhost: a\r\n\r\n')
  await client.hears('\r\n\r\n')
  client.write(get())
  await until('the next request is answered', () => client.count(503) === 2)
  const [head = '', rest = ''] = client.text.split('\r\n\r\n')
  t.match(head, `content-length: ${headers['content-length']}`)
  t.match(rest, /^HTTP\/1\.1 503/, 'what follows is the next response')
  client.socket.destroy()
})

t.test('pipelined refusals come in order', async (t) => {
  const { port } = await refusing(t)
  const client = new RawSocket(port).write(get().repeat(5))
  await until('all are answered', () => client.count(503) === 5)
  t.notOk(client.closed)
  client.socket.destroy()
})

t.test('HTTP/1.0 is answered and closed', async (t) => {
  const { port } = await refusing(t)
  const client = new RawSocket(port).write('GET / HTTP/1.0\r\n\r\n')
  await until('the server closes', () => client.closed)
  t.match(client.text, /^HTTP\/1\.1 503 [\s\S]*"reason":"shed"/)
})

t.test('headers set before the gate are kept', async (t) => {
  const admission = createAdmission()
  t.teardown(() => admission.close())
  force(admission, { reason: 'full' })
  const listener = wrap(() => {}, { admission })
  const server = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', 'https://shop.example')
    response.setHeader('Content-Type', 'text/html')
    listener(request, response)
  })
  const port = await listening(t, server)
  const { headers, body } = await ask(port)
  t.equal(headers['access-control-allow-origin'], 'https://shop.example')
  t.equal(headers['content-type'], 'application/problem+json', 'the refusal’s own win')
  t.equal(headers['content-length'], String(body.length))
})

t.test('your own answer goes out as it is', async (t) => {
  const seen: [string | undefined, Rejection][] = []
  const { port } = await refusing(t, {
    onReject: (request, response, rejection) => {
      seen.push([request.url, rejection])
      response.writeHead(429, { 'x-own': 'yes' }).end('go away')
    },
  })
  const { statusCode, headers, body } = await ask(port, { path: '/x' })
  t.same(
    [statusCode, headers['x-own'], headers['x-nack'], body],
    [429, 'yes', undefined, 'go away'],
  )
  t.same(seen, [['/x', { admitted: false, reason: 'shed', retryAfterMs: 2_400 }]])
})

for (const [how, onReject] of [
  [
    'throws',
    () => {
      throw new Error('broken')
    },
  ],
  ['rejects', () => Promise.reject(new Error('broken'))],
] as const) {
  t.test(`an onReject that ${how} is reported, and the prepared answer is given`, async (t) => {
    const { port, admission } = await refusing(t, { onReject })
    const errors: unknown[] = []
    admission.subscribe((event) => event.type === 'error' && errors.push(event.source), ['error'])
    t.match(await ask(port), { statusCode: 503, headers: { 'x-nack': '1' } })
    t.match(await ask(port), { statusCode: 503, headers: { 'x-nack': '1' } })
    t.equal(admission.snapshot().errors, 2)
    t.same(errors, ['onReject'])
  })

  t.test(`an onReject that ${how} half-way leaves no client waiting`, async (t) => {
    const { port, admission } = await refusing(t, {
      onReject: (_request, response) => {
        response.writeHead(503, { 'content-length': '100' }).write('sorry, ')
        return onReject()
      },
    })
    const client = new RawSocket(port).write(get())
    await until('the connection is ended', () => client.closed)
    t.equal(admission.snapshot().errors, 1)
  })
}

t.test('an asynchronous onReject may take its time', async (t) => {
  const { port, admission } = await refusing(t, {
    onReject: async (_request, response) => {
      await new Promise((resolve) => setImmediate(resolve))
      response.end('sorry')
    },
  })
  t.equal((await ask(port)).body, 'sorry')
  t.equal(admission.snapshot().errors, 0)
})

t.test('stands alone', async (t) => {
  const server = createServer((request, response) =>
    writeRejection(
      request,
      response,
      new RejectionResponses(resolveHeaderOptions()).of(
        { admitted: false, reason: 'rate', retryAfterMs: 10 },
        false,
      ),
    ),
  )
  const port = await listening(t, server)
  t.match(await ask(port), { statusCode: 429, statusMessage: 'Too Many Requests' })
})
