import type { RequestListener } from 'node:http'
import { type Client, createClient } from '@headgate/client'
import { context, trace } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import t from 'tap'
import * as undici7 from 'undici'
import { opentelemetry, traced } from '../../src/opentelemetry/opentelemetry.ts'
import { listen, type Teardown, until } from '../fixtures/listen.ts'
import { HAS_UNDICI_8, recordSpans } from '../fixtures/recorded-spans.ts'

const { exporter, tracer } = recordSpans()
const [INTERNAL, CLIENT] = [0, 2]

type Options = Parameters<typeof createClient>[0]

for (const major of ['7', '8']) {
  const skip = major === '8' && !HAS_UNDICI_8 && 'undici 8 needs Node.js 22'

  /** A client, traced as the guide says, on a server of this kind. */
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
    opentelemetry(client, { tracer, maxTimeRatio: 1 })
    t.teardown(async () => {
      await client.close()
      await agent.destroy()
    })
    return { client, origin: new URL(origin) }
  }

  t.test(`undici ${major}: a call that the breaker stops has a span`, { skip }, async (t) => {
    const { client, origin } = await setUp(
      t,
      (_request, response) => response.writeHead(500).end(),
      {
        breaker: { maxConsecutive: 1 },
        retry: false,
      },
    )
    await ask(client, '/first')
    const root = await ask(client, '/second?token=secret')
    const [span, ...more] = under(root)
    t.same(more, [])
    t.match(span, { name: 'GET', kind: INTERNAL, status: { code: 2, message: /breaker/ } })
    t.match(span?.attributes, {
      'http.request.method': 'GET',
      'server.address': origin.hostname,
      'server.port': Number(origin.port),
      'url.full': `${origin.origin}/second`,
      'error.type': 'HG_ERR_BREAKER_OPEN',
      'headgate.reason': 'breaker',
      'headgate.attempt': 'first',
      'headgate.wait': Number,
      'headgate.retry_after': Number,
    })
    t.equal(ofKind(CLIENT).length, 1, 'what was not sent is no client span')
  })

  t.test(`undici ${major}: whatever guard it was, the span says so`, { skip }, async (t) => {
    const waiting: (() => void)[] = []
    const listener: RequestListener = (_request, response) => {
      waiting.push(() => response.end())
    }
    const { client } = await setUp(t, listener, {
      limiter: { initialLimit: 1, maxLimit: 1, maxQueued: 2, maxWaitMs: 50 },
    })
    const sent = ask(client, '/sent')
    await until(() => waiting.length === 1)
    const leaving = new AbortController()
    const waits = [
      ask(client, '/waits'),
      ask(client, '/leaves', { signal: leaving.signal }),
      ask(client, '/full'),
      ask(client, '/late', { deadlineMs: 0 }),
    ]
    // At once: on a slow machine a timer may be no earlier than the end of the wait.
    leaving.abort()
    const roots = await Promise.all(waits)
    for (const end of waiting.splice(0)) end()
    await sent
    await client.close()
    const closed = await ask(client, '/closed')
    const seen = [...roots, closed].map((root) => {
      const { attributes = {} } = under(root)[0] ?? {}
      return [attributes['error.type'], attributes['headgate.reason']]
    })
    t.same(seen, [
      ['HG_ERR_TIMEOUT', 'queue'],
      ['AbortError', undefined],
      ['HG_ERR_REJECTED', 'shed'],
      ['HG_ERR_DEADLINE', 'deadline'],
      ['HG_ERR_CLOSED', 'closed'],
    ])
    const [queued] = under(roots[0] as string)
    const waitedS = Number(queued?.attributes['headgate.wait'])
    t.ok(waitedS >= 0.05, `it waited for ${waitedS} s`)
    const [s = 0, ns = 0] = queued?.duration ?? []
    t.ok(Math.abs(s + ns / 1e9 - waitedS) < 0.002, 'and its span is as long')
    t.equal(ofKind(CLIENT).length, 1)
  })

  t.test(
    `undici ${major}: a retry that is refused is beside the attempt that failed`,
    { skip },
    async (t) => {
      const { client } = await setUp(t, (request) => request.socket.destroy(), {
        breaker: { maxConsecutive: 1 },
        retry: { delay: { baseDelayMs: 1 } },
      })
      const root = await ask(client, '/')
      await until(() => under(root).length === 2)
      const seen = under(root).map(({ kind, attributes }) => [
        kind,
        attributes['error.type'],
        attributes['headgate.attempt'],
      ])
      t.same(seen, [
        [CLIENT, 'UND_ERR_SOCKET', 'first'],
        [INTERNAL, 'HG_ERR_BREAKER_OPEN', 'retry'],
      ])
    },
  )

  t.test(`undici ${major}: refusals in a flood are bounded and counted`, { skip }, async (t) => {
    const { client } = await setUp(t, (_request, response) => response.end(), {})
    const told = opentelemetry(client, {
      tracer: {
        ...tracer,
        startSpan: () => {
          throw new Error('a broken tracer')
        },
      } as never,
    })
    await client.close()
    const calls = 3_000
    for (let n = 0; n < calls; n += 1) await ask(client, '/')
    t.ok(told.errors > 0, 'what a tracer throws is no harm')
    t.equal(told.errors + told.dropped.spans, calls)
    told.stop()
    await ask(client, '/')
    t.equal(told.errors + told.dropped.spans, calls, 'it was stopped')
  })
}

/** Asks within a span of its own, whatever becomes of it; resolves with the id of that. */
async function ask(client: Client, path: string, more: object = {}): Promise<string> {
  const root = tracer.startSpan(`call ${path}`)
  await context
    .with(trace.setSpan(context.active(), root), () => client.request({ path, ...more }))
    .then(({ body }) => body.dump())
    .catch(() => undefined)
  root.end()
  return root.spanContext().spanId
}

function under(root: string): readonly ReadableSpan[] {
  return exporter.getFinishedSpans().filter((span) => span.parentSpanContext?.spanId === root)
}

function ofKind(kind: number | undefined): readonly ReadableSpan[] {
  return exporter
    .getFinishedSpans()
    .filter((span) => span.kind === kind && span.parentSpanContext !== undefined)
}
