import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { createClient } from '@headgate/client'
import { context, type Span, type Tracer, trace } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import t from 'tap'
import * as undici7 from 'undici'
import { traced } from '../../src/opentelemetry/attempt-spans.ts'
import { listen, type Teardown, until } from '../fixtures/listen.ts'
import { HAS_UNDICI_8, recordSpans } from '../fixtures/recorded-spans.ts'

const { exporter, tracer } = recordSpans()

type Options = Parameters<typeof createClient>[0]

for (const major of ['7', '8']) {
  const skip = major === '8' && !HAS_UNDICI_8 && 'undici 8 needs Node.js 22'

  /** A client whose attempts are traced, on a server of this kind. */
  const setUp = async (t: Teardown, listener: RequestListener, options: Options) => {
    exporter.reset()
    const undici: Pick<typeof undici7, 'Agent'> =
      major === '7' ? undici7 : ((await import('undici8')) as never)
    const origin = await listen(t, listener)
    const agent = new undici.Agent()
    const client = createClient({
      undici: traced(agent, { tracer, maxTimeRatio: 1 }) as never,
      origin,
      ...options,
    })
    t.teardown(async () => {
      await client.close()
      await agent.destroy()
    })
    /** Asks within a span of its own; resolves with the id of that. */
    const ask = async (path: string): Promise<string> => {
      const root = tracer.startSpan(`call ${path}`)
      const { body } = await context.with(trace.setSpan(context.active(), root), () =>
        client.request({ path }),
      )
      await body.dump()
      root.end()
      return root.spanContext().spanId
    }
    return { client, ask }
  }

  t.test(
    `undici ${major}: a hedge is a sibling, and who lost is not at fault`,
    { skip },
    async (t) => {
      const heard: (string | undefined)[] = []
      const listener: RequestListener = (request, response) => {
        const attempt = String(request.headers['x-request-attempt'])
        if (request.url === '/late') heard.push(request.headers.traceparent as string)
        // The first attempt is never answered.
        if (request.url !== '/late' || attempt.includes('kind=hedge')) response.end('ok')
      }
      const hedge = { delay: { minSamples: 5, quantile: 0.5 }, budget: { creditRatio: 1 } }
      const { ask, client } = await setUp(t, listener, { hedge })
      for (let n = 0; n < 20; n += 1) await ask('/')
      const before = client.stats().hedges
      const root = await ask('/late')
      t.equal(client.stats().hedges, before + 1)
      await until(() => siblings(root).length === 2)
      const [first, second] = siblings(root)
      t.match(first?.attributes, { 'headgate.attempt': 'first', 'headgate.lost': true })
      t.equal(first?.attributes['http.request.resend_count'], undefined)
      t.equal(first?.attributes['error.type'], undefined)
      t.equal(first?.status.code, 0, 'nobody says that it failed')
      t.match(second?.attributes, {
        'headgate.attempt': 'hedge',
        'http.request.resend_count': 1,
        'http.response.status_code': 200,
      })
      const ids = [first, second].map((span) => span?.spanContext().spanId)
      t.same(heard.map((parent) => parent?.split('-')[2]).sort(), ids.sort(), 'each is carried on')
    },
  )

  t.test(`undici ${major}: retries are counted, whatever they are for`, { skip }, async (t) => {
    let asked = 0
    const listener: RequestListener = (_request, response) => {
      asked += 1
      if (asked === 1) response.destroy()
      else response.writeHead(asked === 2 ? 502 : 200).end()
    }
    const retry = { delay: { baseDelayMs: 1, overloadBaseDelayMs: 1 } }
    const { ask } = await setUp(t, listener, { retry })
    const root = await ask('/')
    await until(() => siblings(root).length === 3)
    const seen = siblings(root).map(({ attributes }) => [
      attributes['headgate.attempt'],
      attributes['http.request.resend_count'],
      attributes['error.type'],
    ])
    t.same(seen, [
      ['first', undefined, 'UND_ERR_SOCKET'],
      ['retry', 1, '502'],
      ['retry', 2, undefined],
    ])
  })

  t.test(
    `undici ${major}: what waits for its turn belongs to its own call`,
    { skip },
    async (t) => {
      const listener: RequestListener = (_request, response) => {
        setTimeout(() => response.end('ok'), 10)
      }
      const { ask } = await setUp(t, listener, { limiter: 1 })
      const roots = await Promise.all(['/a', '/b', '/c'].map(ask))
      for (const [index, root] of roots.entries()) {
        await until(() => siblings(root).length === 1)
        t.match(siblings(root)[0]?.attributes['url.full'], new RegExp(`/${'abc'[index]}$`))
      }
    },
  )

  t.test(`undici ${major}: an attempt that took too long says so`, { skip }, async (t) => {
    let asked = 0
    const listener: RequestListener = (_request, response) => {
      asked += 1
      if (asked > 1) response.end('ok')
    }
    const { ask } = await setUp(t, listener, {
      timeouts: { attemptMs: 50 },
      retry: { delay: { baseDelayMs: 1, overloadBaseDelayMs: 1 } },
    })
    const root = await ask('/')
    await until(() => siblings(root).length === 2)
    t.match(siblings(root)[0]?.attributes, { 'error.type': 'HG_ERR_TIMEOUT' })
  })

  /** A traced agent for undici's own functions, without a client. */
  const setUpPlain = async (t: Teardown, listener: RequestListener) => {
    exporter.reset()
    const undici: typeof undici7 = major === '7' ? undici7 : ((await import('undici8')) as never)
    const origin = await listen(t, listener)
    const agent = new undici.Agent()
    t.teardown(() => agent.destroy())
    const begun: Span[] = []
    const watched = {
      startSpan: (...args: Parameters<Tracer['startSpan']>) => {
        const span = tracer.startSpan(...args)
        begun.push(span)
        return span
      },
    } as Tracer
    return {
      undici,
      origin,
      begun,
      dispatcher: traced(agent, { tracer: watched, maxTimeRatio: 1 }),
    }
  }

  t.test(`undici ${major}: undici's own functions end what they begin`, { skip }, async (t) => {
    const { undici, origin, begun, dispatcher } = await setUpPlain(t, (request, response) => {
      if (request.url === '/cut') response.write('half', () => response.destroy())
      else response.writeHead(request.url === '/bad' ? 500 : 200).end('ok')
    })
    const gone = await closedOrigin()
    const of = (path: string) => ({ origin, path, method: 'GET' as const })
    const calls: Record<string, () => Promise<unknown>> = {
      request: async () => (await dispatcher.request(of('/'))).body.dump(),
      'request, 500': async () => (await dispatcher.request(of('/bad'))).body.dump(),
      'request, cut': async () => (await dispatcher.request(of('/cut'))).body.text(),
      'request, refused': () => dispatcher.request({ ...of('/'), origin: gone }),
      'request, aborted': () => dispatcher.request({ ...of('/'), signal: AbortSignal.abort() }),
      'by name': async () => (await undici.request(origin, { dispatcher })).body.dump(),
      fetch: async () => (await undici.fetch(origin, { dispatcher })).text(),
      'fetch, refused': () => undici.fetch(gone, { dispatcher }),
      stream: () => dispatcher.stream(of('/'), () => new PassThrough().resume()),
      pipeline: () =>
        dispatcher
          .pipeline(of('/'), ({ body }) => body)
          .end()
          .resume()
          .toArray(),
      composed: async () => {
        const retrying = dispatcher.compose(undici.interceptors.retry())
        await (await retrying.request(of('/'))).body.dump()
      },
    }
    const expected: Record<string, unknown> = {
      'request, 500': '500',
      'request, cut': 'UND_ERR_SOCKET',
      'request, refused': 'ECONNREFUSED',
      'request, aborted': 'AbortError',
      'fetch, refused': 'ECONNREFUSED',
    }
    for (const [name, call] of Object.entries(calls)) {
      exporter.reset()
      begun.length = 0
      await call().catch(() => {})
      await until(() => exporter.getFinishedSpans().length > 0)
      const ended = exporter.getFinishedSpans()
      t.equal(begun.length, 1, `${name}: one is begun`)
      t.equal(ended.length, 1, `${name}: and ended once`)
      t.equal(ended[0]?.attributes['error.type'], expected[name], name)
    }
  })

  t.test(`undici ${major}: an upgrade ends its span`, { skip }, async (t) => {
    const { undici, dispatcher, begun } = await setUpPlain(t, () => {})
    const server = createServer().on('upgrade', (_request, socket) => {
      socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    t.teardown(() => server.close())
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { socket } = await undici.upgrade(origin, { dispatcher, protocol: 'x' })
    socket.destroy()
    t.equal(begun.length, 1)
    t.match(exporter.getFinishedSpans(), [{ attributes: { 'http.response.status_code': 101 } }])
    t.equal(exporter.getFinishedSpans().length, 1)
  })

  t.test(`undici ${major}: a handler that hears little ends its span`, { skip }, async (t) => {
    const { origin, dispatcher } = await setUpPlain(t, (_request, response) => response.end('ok'))
    const handler = {
      onRequestStart: () => {},
      onResponseData: () => {},
      onResponseError: () => {},
    }
    dispatcher.dispatch({ origin, path: '/', method: 'GET' }, handler)
    await until(() => exporter.getFinishedSpans().length > 0)
    t.match(exporter.getFinishedSpans(), [{ attributes: { 'http.response.status_code': 200 } }])
    t.throws(() => dispatcher.dispatch({ origin, path: '/', method: 'GET' }, {}))
    t.match(exporter.getFinishedSpans()[1]?.attributes, { 'error.type': 'UND_ERR_INVALID_ARG' })
  })
}

t.test('an exporter that blocks is asked little, and what is left out is counted', async (t) => {
  let asked = 0
  const startSpan: Tracer['startSpan'] = (...args) => {
    asked += 1
    const span = tracer.startSpan(...args)
    const end = (): void => {
      const endMs = performance.now() + 30
      while (performance.now() < endMs) {}
      span.end()
    }
    return Object.assign(Object.create(span), { end })
  }
  const heard: unknown[] = []
  const origin = await listen(t, (request, response) => {
    heard.push(request.headers.traceparent)
    response.end('ok')
  })
  const agent = new undici7.Agent()
  t.teardown(() => agent.destroy())
  const dispatcher = traced(agent, { tracer: { startSpan } as Tracer })
  const root = tracer.startSpan('call')
  const ask = async (): Promise<void> => {
    await (await dispatcher.request({ origin, path: '/', method: 'GET' })).body.dump()
  }
  for (let n = 0; n < 8; n += 1) {
    await context.with(trace.setSpan(context.active(), root), ask)
  }
  t.ok(asked >= 1 && asked < 4, `asked ${asked} times of 8`)
  t.equal(dispatcher.tracing.dropped, 8 - asked)
  t.equal(dispatcher.tracing.errors, 0)
  const { traceId, spanId } = root.spanContext()
  t.same(heard.slice(asked), Array(8 - asked).fill(`00-${traceId}-${spanId}-01`), 'carried on')
  for (const own of heard.slice(0, asked)) t.notMatch(own, spanId)
  await ask()
  t.equal(heard[8], undefined, 'with no span there is nothing to carry on')
})

t.test('what a tracer or a span throws is counted, and the call goes on', async (t) => {
  const broken = (): never => {
    throw new Error('broken')
  }
  const origin = await listen(t, (_request, response) => response.end('ok'))
  const agent = new undici7.Agent()
  t.teardown(() => agent.destroy())
  const ends = Object.assign(Object.create(tracer.startSpan('broken')), { end: broken })
  for (const startSpan of [broken, () => ends]) {
    const dispatcher = traced(agent, { tracer: { startSpan } as never, maxTimeRatio: 1 })
    const { statusCode, body } = await dispatcher.request({ origin, path: '/', method: 'GET' })
    await body.dump()
    t.equal(statusCode, 200)
    t.same({ ...dispatcher.tracing }, { dropped: 0, errors: 1 })
  }
})

t.test('what makes no sense is told of', async (t) => {
  const agent = new undici7.Agent()
  t.teardown(() => agent.destroy())
  const wrong: readonly (readonly [option: string, dispatcher: unknown, options: unknown])[] = [
    ['dispatcher', undefined, { tracer }],
    ['dispatcher', {}, { tracer }],
    ['dispatcher', 'http://localhost', { tracer }],
    ['options', agent, undefined],
    ['options', agent, { tracer, name: 'x' }],
    ['tracer', agent, {}],
    ['tracer', agent, { tracer: {} }],
    ['tracer', agent, { tracer: 'x' }],
    ['maxTimeRatio', agent, { tracer, maxTimeRatio: 0 }],
    ['maxTimeRatio', agent, { tracer, maxTimeRatio: 1.1 }],
  ]
  for (const [option, dispatcher, options] of wrong) {
    t.throws(() => traced(dispatcher as never, options as never), { code: 'HG_ERR_OPTION', option })
  }
})

/** An origin where nobody listens any more. */
async function closedOrigin(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

/** The attempts under this span, in the order of their beginnings. */
function siblings(root: string): readonly ReadableSpan[] {
  const order = ({ attributes }: ReadableSpan) =>
    Number(attributes['http.request.resend_count'] ?? 0)
  return exporter
    .getFinishedSpans()
    .filter((span) => span.parentSpanContext?.spanId === root)
    .sort((a, b) => order(a) - order(b))
}
