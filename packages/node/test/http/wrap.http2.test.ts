import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  createServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type IncomingHttpHeaders,
} from 'node:http2'
import { calm, keepWarnings, listening, turns, until } from '@headgate/conformance'
import t from 'tap'
import type { AdmissionOptions } from '../../src/admission/create-admission.ts'
import { type Admission, createAdmission, type WrapOptions, wrap } from '../../src/index.ts'

interface Gated {
  readonly client: ClientHttp2Session
  readonly admission: Admission
}

/** A server behind a gate and a session with it, until the test is over. */
async function gated(
  t: Parameters<typeof listening>[0],
  listener: (request: Http2ServerRequest, response: Http2ServerResponse) => unknown,
  options: {
    admission?: AdmissionOptions
    wrap?: WrapOptions<Http2ServerRequest, Http2ServerResponse>
  } = {},
): Promise<Gated> {
  const admission = calm(
    createAdmission({
      queue: { maxWaitMs: 60_000, maxQueued: 1_000, order: 'fifo' },
      ...options.admission,
    }),
  )
  const server = createServer(wrap(listener, { admission, ...options.wrap }))
  const port = await listening(t, server)
  const client = connect(`http://127.0.0.1:${port}`)
  client.on('error', () => {})
  t.teardown(async () => {
    client.destroy()
    admission.close()
  })
  return { client, admission }
}

interface Answer {
  readonly headers: IncomingHttpHeaders & { ':status'?: number | undefined }
  readonly body: string
}

function ask(
  client: ClientHttp2Session,
  headers: Record<string, string>,
  body?: string,
): Promise<Answer> {
  const stream = client.request(headers, { endStream: body === undefined })
  if (body !== undefined) stream.end(body)
  return answerOf(stream)
}

function answerOf(stream: ClientHttp2Stream): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let headers: Answer['headers'] = {}
    let body = ''
    stream.setEncoding('utf8')
    stream.on('response', (received) => {
      headers = received
    })
    stream.on('data', (chunk: string) => {
      body += chunk
    })
    stream.on('end', () => resolve({ headers, body }))
    stream.on('error', reject)
  })
}

function occupy(admission: Admission): () => void {
  const decision = admission.tryAcquire({ tier: 'critical' })
  if (!decision.admitted) throw new Error(decision.reason)
  return () => decision.permit.release('ignore')
}

t.test('streams of one session are admitted each for itself', async (t) => {
  const { client, admission } = await gated(t, (request, response) => response.end(request.url))
  const paths = Array.from({ length: 30 }, (_, n) => `/${n}`)
  const answers = await Promise.all(paths.map((path) => ask(client, { ':path': path })))
  t.same(
    answers.map(({ body }) => body),
    paths,
  )
  await until('the permits are back', () => admission.snapshot().inFlight === 0)
  t.equal(admission.snapshot().admitted.important, 30)
})

t.test('a refusal keeps the contract, and says nothing about the connection', async (t) => {
  const warnings = keepWarnings(t)
  const { client, admission } = await gated(t, () => {}, { admission: { limit: 1, queue: false } })
  occupy(admission)
  const { headers, body } = await ask(client, { ':path': '/' })
  t.match(headers, {
    ':status': 503,
    'content-type': 'application/problem+json',
    'content-length': String(body.length),
    'cache-control': 'no-store',
    'x-nack': '1',
  })
  t.match(headers['retry-after'], /^([1-9]|[12][0-9]|30)$/)
  t.equal(headers.connection, undefined)
  t.equal(JSON.parse(body).reason, 'full')

  const big = await ask(client, { ':path': '/', ':method': 'POST' }, 'x'.repeat(100_000))
  t.equal(big.headers[':status'], 503)
  const head = await ask(client, { ':path': '/', ':method': 'HEAD' })
  t.equal(head.headers['content-length'], String(body.length))
  t.equal(head.body, '')
  await turns(5)
  t.same(warnings, [])
})

t.test('a stream reset while it waits leaves the queue', async (t) => {
  let handled = 0
  const { client, admission } = await gated(
    t,
    () => {
      handled += 1
    },
    { admission: { limit: 1, queue: { maxWaitMs: 60_000, maxQueued: 1_000, order: 'fifo' } } },
  )
  const release = occupy(admission)
  const stream = client.request({ ':path': '/' })
  stream.on('error', () => {})
  await until('it waits', () => admission.snapshot().queued === 1)
  stream.close(constants.NGHTTP2_CANCEL)
  await until('its place is free', () => admission.snapshot().queued === 0)
  release()
  await turns(5)
  t.equal(handled, 0)
  t.equal(admission.snapshot().inFlight, 0)
})

for (const [when, begin] of [
  ['before it answers', () => {}],
  ['in the middle of its answer', (response: Http2ServerResponse) => response.write('part')],
] as const) {
  t.test(`a stream reset ${when} gives its permit back`, async (t) => {
    const { client, admission } = await gated(t, (_request, response) => begin(response))
    const stream = client.request({ ':path': '/' })
    stream.on('error', () => {})
    await until('it runs', () => admission.snapshot().inFlight === 1)
    stream.close(constants.NGHTTP2_CANCEL)
    await until('the permit is back', () => admission.snapshot().inFlight === 0)
    t.pass('given back')
  })
}

t.test('a session that dies gives all permits back, and empties the queue', async (t) => {
  const { client, admission } = await gated(t, () => {}, {
    admission: { limit: 10, queue: { maxWaitMs: 60_000, maxQueued: 100, order: 'fifo' } },
    wrap: { tier: () => 'critical' },
  })
  for (let n = 0; n < 30; n += 1) client.request({ ':path': '/' }).on('error', () => {})
  await until('ten run', () => admission.snapshot().inFlight === 10)
  await until('twenty wait', () => admission.snapshot().queued === 20)
  client.destroy()
  await until('no permit is in use', () => admission.snapshot().inFlight === 0)
  t.equal(admission.snapshot().queued, 0)
})

t.test('a stream that is gone before the gate is asked takes no permit', async (t) => {
  const admission = createAdmission()
  const listener = wrap(
    (_request: Http2ServerRequest, response: Http2ServerResponse) => response.end('late'),
    { admission },
  )
  let goOn: (() => void) | undefined
  let isGone = false
  const server = createServer((request, response) => {
    goOn = () => listener(request, response)
    request.stream.on('close', () => {
      isGone = true
    })
  })
  const port = await listening(t, server)
  const client = connect(`http://127.0.0.1:${port}`)
  t.teardown(async () => {
    client.destroy()
    admission.close()
  })
  const stream = client.request({ ':path': '/' })
  stream.on('error', () => {})
  await until('it is being looked at', () => goOn !== undefined)
  stream.close(constants.NGHTTP2_CANCEL)
  await until('it is gone', () => isGone)
  goOn?.()
  await turns(5)
  t.match(admission.snapshot(), {
    inFlight: 0,
    queued: 0,
    rejected: { important: { cancelled: 1 } },
  })
})

t.test('an onReject that fails half-way resets the stream', async (t) => {
  const { client, admission } = await gated(t, () => {}, {
    admission: { limit: 1, queue: false },
    wrap: {
      onReject: (_request, response) => {
        response.write('sorry')
        throw new Error('broken')
      },
    },
  })
  occupy(admission)
  const stream = client.request({ ':path': '/' })
  let closed = false
  stream.on('error', () => {})
  stream.on('close', () => {
    closed = true
  })
  stream.resume()
  await until('the stream ends', () => closed)
  t.equal(admission.snapshot().errors, 1)
})

t.test('a stream may be refused as one, for clients that know what that means', async (t) => {
  const { client, admission } = await gated(t, () => {}, {
    admission: { limit: 1, queue: false },
    wrap: {
      refuseStreams: true,
      onReject: (_request, response) => void response.end('mine'),
      tenant: (request) => request.headers['x-tenant']?.toString(),
    },
  })
  occupy(admission)
  const stream = client.request({ ':path': '/' })
  let [code, closed]: [unknown, boolean] = [undefined, false]
  stream.on('error', (error: NodeJS.ErrnoException) => {
    code = error.message
  })
  stream.on('close', () => {
    closed = true
  })
  await until('it is reset', () => closed)
  t.equal(stream.rstCode, constants.NGHTTP2_REFUSED_STREAM)
  t.match(code, /REFUSED_STREAM/)
  t.equal(admission.snapshot().rejected.important.full, 1)
})

t.test('what a tenant has used up is answered, not refused as a stream', async (t) => {
  const { client } = await gated(t, (_request, response) => void response.end('served'), {
    admission: { rate: { refillPerSecond: 0.001, burst: 1, per: 'tenant' } },
    wrap: { refuseStreams: true, tenant: () => 'acme' },
  })
  t.equal((await ask(client, { ':path': '/' })).headers[':status'], 200)
  t.equal((await ask(client, { ':path': '/' })).headers[':status'], 429)
})

t.test('a listener that was given no admission has its own on it', async (t) => {
  const listener = wrap((_request: Http2ServerRequest, response: Http2ServerResponse) =>
    response.end('served'),
  )
  t.ok(listener.admission.ready())
  listener.admission.close()
  t.notOk(listener.admission.ready())
  t.throws(() => wrap(() => {}, { refuseStreams: 1 as never }), { code: 'HG_ERR_OPTION' })
})
