import { Readable } from 'node:stream'
import t from 'tap'
import { type ClientOptions, createClient } from '../../src/index.ts'
import { bodyOf, failureOf, type Served, serve, type Teardown } from '../fixtures/serve.ts'
import { UNDICIS } from '../fixtures/undicis.ts'

/** Something that happens once, and that may be waited for. */
function signal(): { readonly tell: () => void; readonly told: Promise<void> } {
  let tell = (): void => {}
  const told = new Promise<void>((resolve) => {
    tell = resolve
  })
  return { tell, told }
}

for (const [name, undici] of Object.entries(UNDICIS)) {
  const client = (t: Teardown, options: ClientOptions) => {
    const made = createClient({ undici, ...options })
    t.teardown(() => made.close())
    return made
  }

  /** Fails the first `failures` requests, each in this way, and answers the rest. */
  const flaky = (
    t: Teardown,
    failures: number,
    fail: (response: import('node:http').ServerResponse) => void,
  ): Promise<Served & { bodies: string[] }> => {
    const bodies: string[] = []
    const served = serve(t, async (request, response) => {
      bodies.push(await bodyOf(request))
      if (bodies.length <= failures) fail(response)
      else response.end(`${request.method} ${request.url} ${bodies.at(-1)}`)
    })
    return served.then((all) => Object.assign(all, { bodies }))
  }
  const unavailable = (response: import('node:http').ServerResponse) => {
    response.writeHead(503).end('full')
  }
  const quick = { retry: { delay: { overloadBaseDelayMs: 1 } } }

  t.test(`${name}: an error says when its client tries nothing again`, async (t) => {
    const cut = await flaky(t, 2, (response) => response.destroy())
    const made = client(t, { origin: cut.origin, retry: false })
    for (const method of ['GET', 'POST'] as const) {
      const error = await failureOf(made.request({ path: '/', method }))
      t.match(error, { outcome: 'maybe-processed', attempts: 1, notRetried: 'off' })
      t.ok(Object.keys(error).includes('code'), 'its own code is shown as before')
    }
    t.equal(cut.bodies.length, 2)
  })

  t.test(`${name}: request and fetch reach the origin, cookies whole`, async (t) => {
    const { origin } = await serve(t, (request, response) => {
      response.setHeader('set-cookie', ['a=1', 'b=2'])
      response.end(`${request.method} ${request.url}`)
    })
    const made = client(t, { origin })
    const { statusCode, headers, body } = await made.request({ path: '/one?x=1' })
    t.equal(statusCode, 200)
    t.same(headers['set-cookie'], ['a=1', 'b=2'])
    t.equal(await body.text(), 'GET /one?x=1')
    const response = await made.fetch('/two', { method: 'POST', body: 'x' })
    t.equal(await response.text(), 'POST /two')
    t.same(response.headers.getSetCookie(), ['a=1', 'b=2'])
    const global = await fetch(`${origin}/three`, { dispatcher: made.dispatcher } as object)
    t.equal(await global.text(), 'GET /three')
    t.same(global.headers.getSetCookie(), ['a=1', 'b=2'])
    t.match(made.stats(), { calls: 3, succeeded: 3, active: 0, retries: 0 })
  })

  t.test(`${name}: what may be sent twice is retried, with the same bytes`, async (t) => {
    const bytes = 'x'.repeat(1000)
    const bodies: Record<string, () => unknown> = {
      text: () => bytes,
      bytes: () => Buffer.from(bytes),
      stream: () => Readable.from([Buffer.from(bytes)]),
      'a function': () => () => Readable.from([Buffer.from(bytes)]),
      blob: () => new Blob([bytes]),
    }
    for (const [kind, make] of Object.entries(bodies)) {
      const { origin, bodies: seen } = await flaky(t, 2, unavailable)
      const body = make() as never
      const asked = { path: '/', method: 'PUT', body } as const
      const response = await client(t, { origin, ...quick }).request(asked)
      t.equal(response.statusCode, 200, kind)
      await response.body.dump()
      t.same(seen, [bytes, bytes, bytes], kind)
    }
    for (const body of [
      bytes,
      Buffer.from(bytes),
      new Blob([bytes]),
      new URLSearchParams({ bytes }),
    ]) {
      const { origin, bodies: seen } = await flaky(t, 1, unavailable)
      const response = await client(t, { origin, ...quick }).fetch('/', { method: 'PUT', body })
      t.equal(response.status, 200)
      t.match(await response.text(), 'PUT /')
      t.equal(seen.length, 2)
      t.equal(seen[0], seen[1])
      t.ok(seen[0]?.endsWith(bytes))
    }
  })

  t.test(`${name}: a long stream is sent once, and no more`, async (t) => {
    const { origin, bodies } = await flaky(t, 1, unavailable)
    const body = Readable.from([Buffer.alloc(50_000, 'x'), Buffer.alloc(50_000, 'y')])
    const made = client(t, { origin, ...quick })
    const response = await made.request({ path: '/', method: 'PUT', body })
    t.equal(response.statusCode, 503)
    t.equal(await response.body.text(), 'full')
    t.same(
      bodies.map((one) => one.length),
      [100_000],
    )
  })

  t.test(`${name}: a POST is retried only where it has a key or was not processed`, async (t) => {
    const post = { path: '/', method: 'POST', body: 'pay' } as const
    const once = await flaky(t, 1, unavailable)
    const refused = await client(t, { origin: once.origin, ...quick }).request(post)
    t.equal(refused.statusCode, 503)
    t.equal(await refused.body.text(), 'full', 'its body is handed on')
    t.equal(once.bodies.length, 1)

    const ways: Record<string, object> = {
      'a key': { headers: { 'Idempotency-Key': '1' } },
      'a key in a list': { headers: ['idempotency-key', '1'] },
      'its own word': { idempotent: true },
    }
    for (const [way, more] of Object.entries(ways)) {
      const { origin, bodies } = await flaky(t, 1, unavailable)
      const response = await client(t, { origin, ...quick }).request({ ...post, ...more })
      t.equal(response.statusCode, 200, way)
      await response.body.dump()
      t.same(bodies, ['pay', 'pay'], way)
    }

    const { origin, bodies } = await flaky(t, 1, (response) => {
      response.writeHead(503, { 'x-nack': '1' }).end()
    })
    const response = await client(t, { origin, ...quick }).request(post)
    t.equal(response.statusCode, 200, 'a nack')
    await response.body.dump()
    t.equal(bodies.length, 2)
  })

  t.test(`${name}: an answer that is lost is no reason to pay twice`, async (t) => {
    const { origin, bodies } = await flaky(t, 5, (response) => {
      response.socket?.destroy()
    })
    const made = client(t, { origin, ...quick })
    const error = await failureOf(made.request({ path: '/', method: 'POST', body: 'pay' }))
    t.match(error, { code: 'UND_ERR_SOCKET', outcome: 'maybe-processed', notRetried: 'unsafe' })
    t.equal(error.attempts, 1)
    t.equal(bodies.length, 1)
    const wrapped = await failureOf(made.fetch('/', { method: 'POST', body: 'pay' }))
    t.match(wrapped, { name: 'TypeError', code: 'UND_ERR_SOCKET', outcome: 'maybe-processed' })
    t.equal(made.stats().active, 0)
  })

  t.test(`${name}: nobody there: every method is tried again, and none was sent`, async (t) => {
    const { origin, server } = await serve(t, () => {})
    server.close()
    const error = await failureOf(
      client(t, { origin, ...quick }).request({ path: '/', method: 'POST', body: 'x' }),
    )
    t.match(error, {
      code: 'ECONNREFUSED',
      outcome: 'not-sent',
      attempts: 3,
      notRetried: 'attempts',
    })
  })

  t.test(`${name}: the budget ends retries when nothing succeeds`, async (t) => {
    const { origin, bodies } = await flaky(t, 1000, unavailable)
    const made = client(t, { origin, ...quick, throttle: false })
    for (let n = 0; n < 20; n += 1) await (await made.request({ path: '/' })).body.dump()
    t.equal(bodies.length, 30, 'twenty calls, and ten retries')
    t.match(made.stats(), { retries: 10, failed: 20 })
    t.ok(made.stats().overBudget > 0)
  })

  t.test(`${name}: an attempt takes no longer than it may`, async (t) => {
    let calls = 0
    const { origin } = await serve(t, (_request, response) => {
      calls += 1
      if (calls > 1) response.end('late')
    })
    const made = client(t, { origin, timeouts: { attemptMs: 200 } })
    const response = await made.request({ path: '/' })
    t.equal(await response.body.text(), 'late')
    t.match(made.stats(), { timeouts: 1, retries: 1 })
    calls = -10
    const error = await failureOf(made.request({ path: '/', method: 'POST' }))
    t.match(error, { code: 'HG_ERR_TIMEOUT', reason: 'attempt', outcome: 'maybe-processed' })
  })

  t.test(`${name}: the whole call, its waits and its body have times of their own`, async (t) => {
    const { origin } = await serve(t, (request, response) => {
      if (request.url === '/full') response.writeHead(503, { 'retry-after': '5' }).end('full')
      if (request.url === '/stalls')
        response.writeHead(200, { 'content-length': 10 }).write('12345')
    })
    const made = client(t, { origin, timeouts: { totalMs: 600, attemptMs: 500, bodyIdleMs: 400 } })
    const silent = await failureOf(made.request({ path: '/silent' }))
    t.equal(silent.code, 'HG_ERR_TIMEOUT')
    t.equal(silent.outcome, 'maybe-processed')
    const full = await made.request({ path: '/full' })
    t.equal(full.statusCode, 503, 'there is no time to wait for it')
    t.equal(await full.body.text(), 'full')
    const stalled = await made.request({ path: '/stalls' })
    t.match(await failureOf(stalled.body.text()), {
      code: 'HG_ERR_TIMEOUT',
      reason: 'body-idle',
      outcome: 'processed',
    })
    const late = await failureOf(made.request({ path: '/silent', deadlineMs: 30 }))
    t.match(late, { code: 'HG_ERR_DEADLINE', outcome: 'maybe-processed' })
    const gone = await failureOf(made.request({ path: '/silent', deadlineMs: 0 }))
    t.match(gone, { code: 'HG_ERR_DEADLINE', outcome: 'not-sent', attempts: 0 })
    const body = await made.request({ path: '/stalls', deadlineMs: 300 })
    t.match(await failureOf(body.body.text()), { code: 'HG_ERR_DEADLINE', outcome: 'processed' })
    t.equal(made.stats().active, 0)
  })

  t.test(`${name}: an abort settles at once, even behind a busy connection`, async (t) => {
    const [seen, closed] = [signal(), signal()]
    const { origin } = await serve(t, (request) => {
      request.on('close', closed.tell)
      seen.tell()
    })
    const agent = new undici.Agent({ connections: 1 })
    t.teardown(() => agent.destroy())
    const made = client(t, { origin, undici: agent, limiter: false })
    const first = new AbortController()
    const stuck = failureOf(made.request({ path: '/', signal: first.signal }))
    const controller = new AbortController()
    const queued = failureOf(made.request({ path: '/', signal: controller.signal }))
    await seen.told
    controller.abort()
    t.match(
      await queued,
      { name: 'AbortError', outcome: 'not-sent' },
      'while the first still waits',
    )
    t.equal(made.stats().active, 1)
    first.abort()
    t.match(await stuck, { name: 'AbortError', outcome: 'maybe-processed' })
    t.equal(made.stats().active, 0)
    await closed.told
    t.pass('the server sees that nobody waits')
  })

  t.test(`${name}: a body that fails is told as such, and nothing is sent twice`, async (t) => {
    let calls = 0
    const { origin } = await serve(t, (request) => {
      calls += 1
      request.on('error', () => {})
      request.resume()
    })
    const broken = () =>
      Readable.from(
        (async function* () {
          yield Buffer.from('half')
          throw new Error('disk')
        })(),
      )
    const made = client(t, { origin, ...quick })
    const error = await failureOf(made.request({ path: '/', method: 'PUT', body: broken() }))
    t.match(error, { code: 'HG_ERR_BODY', outcome: 'maybe-processed' })
    t.equal((error.cause as Error).message, 'disk')
    t.equal(made.stats().retries, 0)
    t.ok(calls <= 1)
    t.match(made.stats(), { active: 0 })
  })

  t.test(`${name}: a closed client says so`, async (t) => {
    const { origin } = await serve(t, (_request, response) => response.end())
    const made = createClient({ undici, origin })
    await (await made.request({ path: '/' })).body.dump()
    await made.close()
    await made.close()
    t.match(await failureOf(made.request({ path: '/' })), {
      code: 'HG_ERR_CLOSED',
      outcome: 'not-sent',
    })
  })
}
