import t from 'tap'
import { traceRefusal } from '../../src/services/trace-refusal.ts'

// Three processes, on whatever machine there is.
t.setTimeout(120_000)

t.test('brings the trace of a request that the second service refused', async (t) => {
  const trace = await traceRefusal(1000)
  if (trace === undefined) {
    // Telemetry gets a hundredth of the time, which on a busy machine may be too little for any.
    t.comment('none that was refused was traced')
    return
  }
  const [root] = trace.filter(({ service }) => service === 'front')
  t.match(root, { kind: 'server' })
  t.equal(new Set(trace.map(({ traceId }) => traceId)).size, 1)
  const refused = trace.find(({ service, attributes }) => {
    return service === 'stock' && attributes['headgate.reason'] !== undefined
  })
  t.match(refused, { kind: 'server', attributes: { 'headgate.limit': Number } })
  const call = trace.find(({ spanId }) => spanId === refused?.parentId)
  t.match(call, { service: 'front', kind: 'client' })
})
