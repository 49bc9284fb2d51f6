import t from 'tap'
import { formatTrace } from '../../src/print/trace-tree.ts'
import type { ShownSpan } from '../../src/services/tracing.ts'

const span = (spanId: string, parentId: string, more: Partial<ShownSpan>): ShownSpan => ({
  ...{ traceId: 't1', spanId, parentId, service: 'front', kind: 'client', name: 'GET' },
  ...{ startMs: 1000, durationMs: 2, attributes: {} },
  ...more,
})

t.test('shows who asked whom, in the order of time, and why it was refused', async (t) => {
  const spans = [
    span('c2', 's1', { startMs: 1009, attributes: { 'http.request.resend_count': 1 } }),
    span('s1', 'somebody else', { kind: 'server', durationMs: 12.34, name: 'GET /products/:id' }),
    span('c1', 's1', { startMs: 1001, attributes: { 'http.response.status_code': 503 } }),
    span('s2', 'c1', {
      ...{ service: 'stock', kind: 'server', startMs: 1002, durationMs: 0.5 },
      attributes: { 'error.type': 'rejected.full', 'headgate.wait': 1 / 3 },
    }),
  ]
  t.equal(
    formatTrace(spans),
    `trace t1
front server GET /products/:id -  at 0.0 ms, for 12.3 ms
   front client GET 503  at 1.0 ms, for 2.0 ms
      stock server GET rejected.full  at 2.0 ms, for 0.5 ms
            error.type=rejected.full headgate.wait=0.333
   front client GET -  at 9.0 ms, for 2.0 ms
         http.request.resend_count=1`,
  )
  t.equal(formatTrace([]), 'trace -')
})
