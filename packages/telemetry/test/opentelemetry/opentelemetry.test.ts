import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient } from '@headgate/client'
import { createAdmission, createSingleflight, wrap } from '@headgate/node'
import { context, trace } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import t from 'tap'
import * as undici7 from 'undici'
import { opentelemetry, traced } from '../../src/opentelemetry/opentelemetry.ts'
import { HAS_UNDICI_8, recordSpans } from '../fixtures/recorded-spans.ts'

const { exporter, tracer } = recordSpans()

type Listener = Parameters<typeof wrap>[0]
type Teardown = { teardown(end: () => unknown): void }

t.beforeEach(() => exporter.reset())

for (const major of ['7', '8']) {
  const skip = major === '8' && !HAS_UNDICI_8 && 'undici 8 needs Node.js 22'
  t.test(`undici ${major}: a 503 says why, and retries are siblings`, { skip }, async (t) => {
    const undici: Pick<typeof undici7, 'Agent'> =
      major === '7' ? undici7 : ((await import('undici8')) as never)
    const admission = open(t, { limit: 1, queue: false })
    const url = await serve(t, admission, (_request, response) => response.end('ok'))
    opentelemetry(admission, { tracer, maxTimeRatio: 1 })
    const agent = new undici.Agent()
    const client = createClient({
      undici: traced(agent, { tracer, maxTimeRatio: 1 }) as never,
      origin: url,
      retry: {
        attempts: 3,
        delay: { overloadBaseDelayMs: 1, overloadMaxDelayMs: 2, serverSpreadRatio: 0 },
      },
    } as never)
    t.teardown(async () => {
      await client.close()
      await agent.close()
    })
    const held = admission.tryAcquire()
    const root = tracer.startSpan('call')
    const answer = await context.with(trace.setSpan(context.active(), root), () =>
      client.request({ path: '/orders?secret=1' }),
    )
    t.equal(answer.statusCode, 503)
    await answer.body.dump()
    root.end()
    if (held.admitted) held.permit.release()
    await until(
      () => spans('server').length === spans('client').length && spans('server').length > 0,
    )

    const attempts = spans('client')
    t.ok(attempts.length >= 2, 'it was tried again')
    for (const span of attempts) {
      t.equal(span.parentSpanContext?.spanId, root.spanContext().spanId, 'siblings under the call')
    }
    const resends = attempts.map(({ attributes }) => attributes['http.request.resend_count'])
    t.same(resends, [undefined, ...resends.slice(1).map((_, index) => index + 1)])
    t.equal(attempts[0]?.attributes['url.full'], `${url}/orders`, 'the query is left out')
    const ids = attempts.map((span) => span.spanContext().spanId)
    for (const span of spans('server')) {
      t.ok(ids.includes(span.parentSpanContext?.spanId ?? ''), 'one trace')
      t.match(span.attributes, {
        'error.type': 'rejected.full',
        'headgate.limit': 1,
        'headgate.in_flight': 1,
        'http.request.method': 'GET',
        'http.response.status_code': 503,
        'url.path': '/orders',
      })
    }
  })
}

t.test('queued work has its own request as its parent', async (t) => {
  // However slow the machine is, nobody is refused for his wait.
  const admission = open(t, { limit: 1, queue: { maxWaitMs: 60_000 } })
  opentelemetry(admission, { tracer, maxTimeRatio: 1 })
  const parents = new Map<string, string | undefined>()
  const url = await serve(t, admission, (request, response) => {
    parents.set(String(request.url), trace.getActiveSpan()?.spanContext().traceId)
    setTimeout(() => response.end('ok'), 10)
  })
  const ids = ['a', 'b', 'c'].map((letter) => letter.repeat(32))
  await Promise.all(
    ids.map(async (id) => {
      const headers = { traceparent: `00-${id}-${'1'.repeat(16)}-01` }
      const response = await fetch(`${url}/${id}`, { headers })
      await response.text()
    }),
  )
  for (const id of ids) t.equal(parents.get(`/${id}`), id)
})

t.test('an instrumentation that has made a span gets attributes, and no second span', async (t) => {
  const admission = open(t, { limit: 1, queue: false })
  opentelemetry(admission, { tracer, maxTimeRatio: 1 })
  const gate = wrap((_request, response) => void response.end('ok'), { admission })
  const server = createServer((request, response) => {
    const span = tracer.startSpan('instrumented')
    // Before anybody else hears of the end, as the instrumentation of node:http does.
    response.on('close', () => span.end())
    context.with(trace.setSpan(context.active(), span), () => gate(request, response))
  })
  const url = await listen(t, server)
  const held = admission.tryAcquire()
  t.equal((await fetch(url)).status, 503)
  if (held.admitted) held.permit.release()
  await until(() => exporter.getFinishedSpans().length > 0)
  t.match(exporter.getFinishedSpans(), [
    { name: 'instrumented', attributes: { 'error.type': 'rejected.full', 'headgate.limit': 1 } },
  ])
  t.equal(exporter.getFinishedSpans().length, 1)
})

t.test('metrics come with units and attributes', async (t) => {
  const memory = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter: memory, exportIntervalMillis: 1e6 })
  const meters = new MeterProvider({ readers: [reader] })
  const admission = open(t, { limit: 1, queue: false })
  const telemetry = opentelemetry(admission, {
    meter: meters.getMeter('test'),
    name: 'api',
    maxTimeRatio: 1,
  })
  const held = admission.tryAcquire({ tier: 'critical' })
  admission.tryAcquire()
  if (held.admitted) held.permit.release()
  await reader.forceFlush()
  const metrics = memory.getMetrics()[0]?.scopeMetrics[0]?.metrics ?? []
  const points = (name: string) =>
    metrics.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? []
  const requests = points('headgate.requests').filter(({ value }) => value !== 0)
  t.match(
    requests.map(({ attributes }) => attributes),
    [
      { 'headgate.name': 'api', 'headgate.tier': 'critical', 'headgate.outcome': 'admitted' },
      { 'headgate.tier': 'important', 'headgate.reason': 'full' },
    ],
  )
  t.match(points('headgate.wait')[0]?.value, { count: 1 })
  t.match(points('headgate.service')[0]?.value, { count: 1 })
  telemetry.stop()
  await meters.shutdown()
})

t.test('a meter and a tracer that throw leave the service untouched', async (t) => {
  const broken = (): never => {
    throw new Error('broken')
  }
  const admission = open(t, { limit: 1, queue: false })
  opentelemetry(admission, { tracer: { startSpan: broken, startActiveSpan: broken } })
  const url = await serve(t, admission, (_request, response) => response.end('ok'))
  t.equal((await fetch(url)).status, 200)
})

t.test('a tracer that is a no-op is no harm', async (t) => {
  const admission = open(t)
  opentelemetry(admission, { tracer: trace.getTracer('nobody') })
  const url = await serve(t, admission, (_request, response) => response.end('ok'))
  t.equal((await fetch(url)).status, 200)
  t.same(exporter.getFinishedSpans(), [])
})

t.test('an exporter that blocks is asked little, and what is left out is counted', async (t) => {
  const memory = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter: memory, exportIntervalMillis: 1e6 })
  const meters = new MeterProvider({ readers: [reader] })
  let asked = 0
  const block = (): ReadableSpan => {
    asked += 1
    const endMs = performance.now() + 30
    while (performance.now() < endMs) {}
    return tracer.startSpan('late') as never
  }
  const admission = open(t)
  const telemetry = opentelemetry(admission, {
    meter: meters.getMeter('test'),
    tracer: { startSpan: block as never, startActiveSpan: block as never },
  })
  const url = await serve(t, admission, (_request, response) => response.end('ok'))
  const answers = await Promise.all(Array.from({ length: 60 }, () => fetch(url)))
  t.ok(answers.every(({ status }) => status === 200))
  t.ok(asked < 10, `asked ${asked} times of 60`)
  t.equal(telemetry.dropped.spans, 60 - asked)
  await reader.forceFlush()
  const told = memory
    .getMetrics()[0]
    ?.scopeMetrics[0]?.metrics.find(
      ({ descriptor }) => descriptor.name === 'headgate.telemetry_dropped',
    )
  const ofSpans = told?.dataPoints.find(({ attributes }) => attributes['headgate.what'] === 'spans')
  t.equal(ofSpans?.value, 60 - asked, 'as a metric too')
  telemetry.stop()
  await meters.shutdown()
})

t.test('what a meter throws is counted, and the service is untouched', async (t) => {
  const record = (): never => {
    throw new Error('broken')
  }
  const meter = new MeterProvider().getMeter('broken')
  const admission = open(t)
  const telemetry = opentelemetry(admission, {
    meter: Object.assign(Object.create(meter), { createHistogram: () => ({ record }) }),
    maxTimeRatio: 1,
  })
  const decision = admission.tryAcquire()
  if (decision.admitted) decision.permit.release()
  telemetry.stop()
  t.equal(telemetry.errors, 2)
  t.equal(admission.snapshot().errors, 0)
})

t.test('two admissions in one process keep apart what they tell', async (t) => {
  const memory = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter: memory, exportIntervalMillis: 1e6 })
  const meters = new MeterProvider({ readers: [reader] })
  const meter = meters.getMeter('test')
  for (const limit of [3, 5]) opentelemetry(open(t, { limit }), { meter, name: `of ${limit}` })
  await reader.forceFlush()
  const metrics = memory.getMetrics()[0]?.scopeMetrics[0]?.metrics ?? []
  const points = metrics.find(({ descriptor }) => descriptor.name === 'headgate.limit')?.dataPoints
  t.same(
    points?.map(({ attributes, value }) => [attributes['headgate.name'], value]),
    [
      ['of 3', 3],
      ['of 5', 5],
    ],
  )
  await meters.shutdown()
})

t.test('a second tracer is told of, and the first goes on', async (t) => {
  const admission = open(t)
  const url = await serve(t, admission, (_request, response) => response.end('ok'))
  const first = opentelemetry(admission, { tracer, maxTimeRatio: 1 })
  const attached = countAttached(admission)
  const meter = new MeterProvider().getMeter('test')
  t.throws(() => opentelemetry(admission, { tracer, meter }), {
    code: 'HG_ERR_OPTION',
    option: 'tracer',
    message: /stop the first/,
  })
  t.equal(attached(), 0, 'nothing attached')
  await fetch(url)
  await until(() => spans('server').length > 0)
  t.equal(spans('server').length, 1)
  first.stop()
  opentelemetry(admission, { tracer, meter }).stop()
})

t.test('a meter that throws at once leaves nothing attached', async (t) => {
  const broken = new Error('broken')
  const throwing = (): never => {
    throw broken
  }
  const meter = new MeterProvider().getMeter('test')
  for (const name of ['createHistogram', 'createObservableGauge', 'addBatchObservableCallback']) {
    const admission = open(t)
    const attached = countAttached(admission)
    let callbacks = 0
    const failing = Object.assign(Object.create(meter), {
      addBatchObservableCallback: () => (callbacks += 1),
      removeBatchObservableCallback: () => (callbacks -= 1),
      [name]: throwing,
    })
    t.throws(() => opentelemetry(admission, { tracer, meter: failing }), broken)
    t.equal(attached(), 0, name)
    t.equal(callbacks, 0)
    opentelemetry(admission, { tracer, meter }).stop()
  }
})

t.test('a meter that throws when it is left is counted, and all else is stopped', async (t) => {
  const meter = new MeterProvider().getMeter('test')
  const removeBatchObservableCallback = (): never => {
    throw new Error('broken')
  }
  const admission = open(t)
  const attached = countAttached(admission)
  const failing = Object.assign(Object.create(meter), { removeBatchObservableCallback })
  const telemetry = opentelemetry(admission, { tracer, meter: failing })
  t.equal(attached(), 3, 'limits, durations and requests')
  telemetry.stop()
  t.equal(telemetry.errors, 1)
  t.equal(attached(), 0)
})

t.test('what makes no sense is told of', async (t) => {
  t.throws(() => opentelemetry(open(t), {}), { code: 'HG_ERR_OPTION' })
  for (const maxTimeRatio of [0, 1.1, Number.NaN]) {
    t.throws(() => opentelemetry(open(t), { tracer, maxTimeRatio }), { message: /maxTimeRatio/ })
  }
  const meter = new MeterProvider().getMeter('test')
  const wrong: Record<string, readonly unknown[]> = {
    tracer: [{}, 'x', null, { startSpan: 1 }],
    meter: [{}, 'x', null, { ...meter, createHistogram: undefined }],
    name: [3, '', 'x'.repeat(65)],
  }
  for (const [option, values] of Object.entries(wrong)) {
    for (const value of values) {
      const admission = open(t)
      const attached = countAttached(admission)
      const options = { tracer, meter, [option]: value } as never
      t.throws(() => opentelemetry(admission, options), { code: 'HG_ERR_OPTION', option })
      t.equal(attached(), 0, option)
    }
  }
  const flights = createSingleflight()
  t.throws(() => opentelemetry(flights, { tracer }), { code: 'HG_ERR_OPTION', message: /tracer/ })
})

/** How many listeners, recorders and tracers it has that were not ended, from now on. */
function countAttached(admission: ReturnType<typeof createAdmission>): () => number {
  let attached = 0
  for (const name of ['subscribe', 'recordDurations', 'traceRequests'] as const) {
    const attach = admission[name].bind(admission) as (...args: unknown[]) => () => void
    const counting = (...args: unknown[]): (() => void) => {
      const end = attach(...args)
      attached += 1
      return () => {
        attached -= 1
        end()
      }
    }
    Object.assign(admission, { [name]: counting })
  }
  return () => attached
}

function spans(kind: 'server' | 'client'): ReadableSpan[] {
  return exporter.getFinishedSpans().filter((span) => span.kind === (kind === 'server' ? 1 : 2))
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1_000 && !isTrue(); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function open(
  t: Teardown,
  options: Parameters<typeof createAdmission>[0] = {},
): ReturnType<typeof createAdmission> {
  const admission = createAdmission(options)
  t.teardown(() => admission.close())
  return admission
}

function serve(
  t: Teardown,
  admission: ReturnType<typeof createAdmission>,
  listener: Listener,
): Promise<string> {
  return listen(t, createServer(wrap(listener as never, { admission })))
}

async function listen(t: Teardown, server: ReturnType<typeof createServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
