import type { RequestListener } from 'node:http'
import { createClient } from '@headgate/client'
import { context, trace } from '@opentelemetry/api'
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
    const client = createClient({ undici: traced(agent, { tracer }) as never, origin, ...options })
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
