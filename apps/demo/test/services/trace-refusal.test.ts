import t from 'tap'
import { traceRefusal } from '../../src/services/trace-refusal.ts'

// Three processes, on whatever machine there is.
t.setTimeout(120_000)

t.test('brings the trace of a request that the second service refused', async (t) => {
  // On a busy machine there may be a run in which nobody was refused of whom a trace is kept.
  const trace =
    (await traceRefusal(1000)) ?? (await traceRefusal(2000)) ?? (await traceRefusal(4000)) ?? []
  t.equal(new Set(trace.map(({ traceId }) => traceId)).size, 1)
  const refused = trace.find(({ service, attributes }) => {
    return service === 'stock' && attributes['headgate.reason'] !== undefined
  })
  t.match(refused, { kind: 'server', attributes: { 'headgate.limit': Number } })
  const call = trace.find(({ spanId }) => spanId === refused?.parentId)
  t.match(call, { service: 'front', kind: 'client' })
  const asked = trace.filter(({ service, kind }) => service === 'front' && kind === 'server')
  t.equal(asked.length, 1)
  t.equal(call?.parentId, asked[0]?.spanId, 'it was made for the request that was asked')
})
