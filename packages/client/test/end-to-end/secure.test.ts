import { constants } from 'node:http2'
import t from 'tap'
import { type ClientOptions, createClient } from '../../src/index.ts'
import { bodyOf, failureOf, type Teardown } from '../fixtures/serve.ts'
import { type SecureListener, type SecurelyServed, serveSecure } from '../fixtures/serve-secure.ts'
import { TEST_CERTIFICATE } from '../fixtures/test-certificate.ts'
import { UNDICIS } from '../fixtures/undicis.ts'

/*
 * Origins on TLS, by HTTP/1.1 and by HTTP/2: what the client promises is the same there.
 */

const QUICK = { delay: { baseDelayMs: 1, overloadBaseDelayMs: 1 } }

for (const [name, undici] of Object.entries(UNDICIS)) {
  for (const allowH2 of [false, true]) {
    const way = `${name}, ${allowH2 ? 'HTTP/2' : 'TLS'}`
    const version = allowH2 ? '2.0' : '1.1'

    const setUp = async (t: Teardown, listener: SecureListener, options: ClientOptions = {}) => {
      const served = await serveSecure(t, listener)
      const agent = new undici.Agent({ allowH2, connect: { ca: TEST_CERTIFICATE.cert } })
      const { origin } = served
      const client = createClient({ undici: agent, origin, retry: QUICK, ...options })
      t.teardown(async () => {
        await client.close()
        await agent.destroy()
      })
      return { ...served, client }
    }

    t.test(`${way}: request and fetch, bodies and cookies whole`, async (t) => {
      const { client } = await setUp(t, async (request, response) => {
        const body = await bodyOf(request as never)
        response.setHeader('set-cookie', ['a=1', 'b=2'])
        response.end(`${request.httpVersion} ${request.method} ${body.length}`)
      })
      const bytes = 'x'.repeat(100_000)
      const { headers, body } = await client.request({ path: '/', method: 'PUT', body: bytes })
      t.same(headers['set-cookie'], ['a=1', 'b=2'])
      t.equal(await body.text(), `${version} PUT 100000`)
    })

    t.test(`${way}: retries with the same bytes, and says which attempt it is`, async (t) => {
      const seen: unknown[] = []
      const { client } = await setUp(t, async (request, response) => {
        const body = await bodyOf(request as never)
        seen.push([request.headers['x-request-attempt'], body])
        response.statusCode = seen.length < 3 ? 503 : 200
        response.end()
      })
      const { statusCode, body } = await client.request({ path: '/', method: 'PUT', body: 'abc' })
      await body.dump()
      t.equal(statusCode, 200)
      t.match(seen, [
        [undefined, 'abc'],
        [/^2;max=3;kind=retry/, 'abc'],
        [/^3;max=3;kind=retry/, 'abc'],
      ])
    })

    t.test(`${way}: aborts and timeouts settle, and the server sees them`, async (t) => {
      let closed = 0
      const { client, sessions } = await setUp(
        t,
        (request, response) => {
          response.on('close', () => {
            closed += 1
          })
          if (request.url === '/answers') response.end('ok')
        },
        { timeouts: { attemptMs: 500 }, throttle: false, limiter: false },
      )
      await (await client.request({ path: '/answers' })).body.dump()
      closed = 0
      for (let n = 0; n < 10; n += 1) {
        const controller = new AbortController()
        const failure = failureOf(client.request({ path: '/', signal: controller.signal }))
        setTimeout(() => controller.abort(), 5)
        t.match(await failure, { name: 'AbortError' })
      }
      t.match(await failureOf(client.request({ path: '/', attempts: 1 })), {
        code: 'HG_ERR_TIMEOUT',
        reason: 'attempt',
      })
      await until(() => closed >= 1)
      t.ok(closed >= 1)
      // One as a rule; a machine that stands still for seconds lets idle ones end, and each abort would cost one.
      if (allowH2) t.ok(sessions.length < 6, 'streams are reset, and the connection stays')
      await (await client.request({ path: '/answers' })).body.dump()
      t.equal(client.stats().active, 0)
    })

    t.test(`${way}: a late call is hedged`, async (t) => {
      const { client } = await setUp(
        t,
        (request, response) => {
          const isHedge = /kind=hedge/.test(String(request.headers['x-request-attempt']))
          if (request.url !== '/late' || isHedge) response.end('ok')
        },
        { hedge: { delay: { minSamples: 5, quantile: 0.5 }, budget: { creditRatio: 1 } } },
      )
      for (let n = 0; n < 20; n += 1) await (await client.request({ path: '/' })).body.dump()
      const { body } = await client.request({ path: '/late' })
      t.equal(await body.text(), 'ok')
      t.ok(client.stats().hedgesWon > 0)
    })

    t.test(`${way}: a connection that ends is tried again where that is safe`, async (t) => {
      const seen: string[] = []
      const { client } = await setUp(t, async (request, response) => {
        seen.push(request.method)
        await bodyOf(request as never).catch(() => '')
        if (seen.length > 1) response.end('ok')
        else request.socket.destroy()
      })
      const post = await failureOf(client.request({ path: '/', method: 'POST', body: 'pay' }))
      t.match(post, { outcome: 'maybe-processed', notRetried: 'unsafe' })
      t.same(seen, ['POST'])
      seen.length = 0
      const { statusCode, body } = await client.request({ path: '/' })
      await body.dump()
      t.equal(statusCode, 200)
      t.same(seen, ['GET', 'GET'])
    })

    t.test(`${way}: a certificate that nobody vouches for is final`, async (t) => {
      const { origin } = await serveSecure(t, (_request, response) => response.end())
      const agent = new undici.Agent({ allowH2 })
      t.teardown(() => agent.destroy())
      const client = createClient({ undici: agent, origin, retry: QUICK })
      t.teardown(() => client.close())
      const error = await failureOf(client.request({ path: '/' }))
      t.match(error, { code: /SELF_SIGNED/, outcome: 'not-sent', attempts: 1, notRetried: 'final' })
    })
  }

  t.test(`${name}, HTTP/2: a stream that was refused was not begun`, async (t) => {
    let asked = 0
    const served = await serveSecure(t, (request, response) => {
      asked += 1
      if (asked === 1) request.stream.close(constants.NGHTTP2_REFUSED_STREAM)
      else response.end('paid')
    })
    const agent = new undici.Agent({ allowH2: true, connect: { ca: TEST_CERTIFICATE.cert } })
    const client = createClient({ undici: agent, origin: served.origin, retry: QUICK })
    t.teardown(async () => {
      await client.close()
      await agent.destroy()
    })
    const { body } = await client.request({ path: '/', method: 'POST', body: 'pay' })
    t.equal(await body.text(), 'paid', 'so that even a POST may be made again')
    t.equal(asked, 2)
  })

  t.test(`${name}, HTTP/2: a server that goes away is asked on another connection`, async (t) => {
    const served: SecurelyServed = await serveSecure(t, (request, response) => {
      response.end('ok')
      if (request.url === '/last') setImmediate(() => served.sessions.at(-1)?.close())
    })
    const agent = new undici.Agent({ allowH2: true, connect: { ca: TEST_CERTIFICATE.cert } })
    const client = createClient({ undici: agent, origin: served.origin, retry: QUICK })
    t.teardown(async () => {
      await client.close()
      await agent.destroy()
    })
    for (const path of ['/', '/last', '/', '/last', '/']) {
      const { statusCode, body } = await client.request({ path })
      t.equal(statusCode, 200)
      await body.dump()
    }
    t.ok(served.sessions.length > 1)
  })
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000 && !isTrue(); turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
