import t from 'tap'
import { mostTelling } from '../../src/services/trace-probe.ts'
import type { ShownSpan } from '../../src/services/tracing.ts'

const span = (traceId: string, more: Partial<ShownSpan> = {}): ShownSpan => ({
  ...{ traceId, spanId: 'a', parentId: undefined, service: 'stock', kind: 'server', name: 'GET' },
  ...{ startMs: 0, durationMs: 1, attributes: {} },
  ...more,
})

t.test(
  'the trace that tells most has a refusal of the stock service, and most spans',
  async (t) => {
    const refused = { attributes: { 'headgate.reason': 'full' } }
    t.equal(mostTelling([]), undefined)
    t.equal(mostTelling([span('1'), span('2', { ...refused, service: 'front' })]), undefined)
    const spans = [
      span('1', refused),
      span('2'),
      span('2', refused),
      span('3'),
      span('3'),
      span('3'),
    ]
    t.same(mostTelling(spans), [spans[1], spans[2]])
  },
)
