import { TimeShare } from '@headgate/core'
import { createAdmission, wrap } from '@headgate/node'
import { context, trace } from '@opentelemetry/api'
import t from 'tap'
import { opentelemetry } from '../../src/opentelemetry/opentelemetry.ts'
import { RequestSpans } from '../../src/opentelemetry/request-spans.ts'
import { listen, until } from '../fixtures/listen.ts'
import { recordSpans } from '../fixtures/recorded-spans.ts'

const { exporter, tracer } = recordSpans()
const TRACE_ID = 'c'.repeat(32)

t.beforeEach(() => exporter.reset())

t.test('who waits is described when its wait is over, whichever way', async (t) => {
  const admission = createAdmission({ limit: 1, queue: { maxWaitMs: 60_000 } })
  t.teardown(() => admission.close())
  opentelemetry(admission, { tracer, name: 'api', maxTimeRatio: 1 })
  const gate = wrap((_request, response) => void response.end('ok'), { admission })
  const url = await listen(t, (request, response) => {
    const span = tracer.startSpan(String(request.url))
    response.on('close', () => span.end())
    context.with(trace.setSpan(context.active(), span), () => gate(request, response))
  })
  const held = admission.tryAcquire()
  const served = fetch(`${url}/served`)
  const refused = fetch(`${url}/refused`)
  await until(() => admission.snapshot().queued === 2)
  if (held.admitted) held.permit.release()
  t.equal((await served).status, 200)
  t.equal((await refused).status, 200)
  const again = admission.tryAcquire()
  const drained = fetch(`${url}/drained`)
  await until(() => admission.snapshot().queued === 1)
  admission.close()
  t.equal((await drained).status, 503)
  if (again.admitted) again.permit.release()
  await until(() => exporter.getFinishedSpans().length === 3)
  const attributesOf = (name: string) =>
    exporter.getFinishedSpans().find((span) => span.name === name)?.attributes ?? {}
  const admitted = { 'headgate.name': 'api', 'headgate.tier': 'important', 'headgate.wait': Number }
  t.match(attributesOf('/served'), { ...admitted, 'headgate.pool': 'default' })
  t.match(attributesOf('/drained'), {
    'error.type': 'rejected.draining',
    'headgate.name': 'api',
    'headgate.in_flight': 1,
  })
})

t.test('a refusal names the pool that it was for, and the limit of that', async (t) => {
  const admission = createAdmission({
    limit: 10,
    queue: false,
    pools: { reports: { maxRatio: 0.1 } },
  })
  t.teardown(() => admission.close())
  opentelemetry(admission, { tracer, maxTimeRatio: 1 })
  const options = { admission, pool: () => 'reports', tier: () => 'critical' as const }
  const url = await listen(
    t,
    wrap(() => {}, options),
  )
  admission.tryAcquire({ pool: 'reports' })
  t.equal((await fetch(url)).status, 503)
  await until(() => exporter.getFinishedSpans().length === 1)
  t.match(exporter.getFinishedSpans()[0]?.attributes, {
    'headgate.pool': 'reports',
    'headgate.pool_limit': 1,
    'headgate.limit': 10,
    'headgate.tier': 'critical',
    'url.scheme': 'http',
  })
})

t.test('one for which there is no time gets no span, and its trace goes on', async (t) => {
  let nowMs = 0
  const share = new TimeShare({ nowMs: () => nowMs }, 0.005)
  const admission = { snapshot: () => ({ limit: 1, inFlight: 0, queued: 0 }) }
  const spans = new RequestSpans(tracer, admission, { name: 'api', share })
  const response = { statusCode: 200, writableEnded: true, once: () => {} }
  const traceparent = `00-${TRACE_ID}-${'1'.repeat(16)}-01`
  const begin = (headers: Record<string, string>) => spans.begin({ headers }, response)
  const current = () => trace.getSpanContext(context.active())
  const parentOf = (headers: Record<string, string>) => begin(headers)?.run(current)
  t.not(parentOf({ traceparent })?.spanId, '1'.repeat(16), 'a span of its own')
  share.spend(() => {
    nowMs += 1_000
  })
  t.match(parentOf({ traceparent }), { traceId: TRACE_ID, spanId: '1'.repeat(16) })
  t.equal(begin({}), undefined, 'where there is no trace nothing is made')
  t.equal(share.dropped, 2)
})

t.test('the scheme is that of the connection', async (t) => {
  const share = new TimeShare({ nowMs: () => 0 }, 1)
  const admission = { snapshot: () => ({ limit: 1, inFlight: 0, queued: 0 }) }
  const spans = new RequestSpans(tracer, admission, { name: 'api', share })
  let close = (): void => {}
  const once = (_event: 'close', listener: () => void): void => {
    close = listener
  }
  const request = { method: 'GET', url: '/', headers: {}, socket: { encrypted: true } }
  const begun = spans.begin(request, { statusCode: 503, writableEnded: true, once })
  begun?.onDecision({ admitted: false, reason: 'full', retryAfterMs: 1_000 }, {})
  close()
  t.match(exporter.getFinishedSpans()[0]?.attributes, {
    'url.scheme': 'https',
    'headgate.reason': 'full',
    'http.response.status_code': 503,
  })
})
