import type { IncomingHttpHeaders } from 'node:http'
import { ask } from '@headgate/conformance'
import t from 'tap'
import { requestNamesOf } from '../../src/explain/request-id.ts'
import { gatedServer } from '../fixtures/gated-server.ts'

t.test('a request is known by its id, or else by its trace', async (t) => {
  const requestIdOf = (request: { headers: IncomingHttpHeaders }): string | undefined =>
    requestNamesOf(request).id
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  t.equal(requestIdOf({ headers: { 'x-request-id': 'abc', traceparent } }), 'abc')
  t.equal(requestIdOf({ headers: { traceparent } }), '0af7651916cd43dd8448eb211c80319c')
  t.equal(requestIdOf({ headers: { 'x-request-id': 'x'.repeat(500) } })?.length, 128)
  t.equal(requestIdOf({ headers: { 'x-request-id': '', traceparent: 'nonsense' } }), undefined)
  t.equal(requestIdOf({ headers: { 'x-request-id': ['a', 'b'] as unknown as string } }), undefined)
})

t.test('a request that has both is found by either', async (t) => {
  const { port, admission } = await gatedServer(
    t,
    (_request, response) => void response.end('served'),
    { admission: { explain: 10 } },
  )
  const trace = '0af7651916cd43dd8448eb211c80319c'
  const traceparent = `00-${trace}-b7ad6b7169203331-01`
  for (const id of ['first', 'second']) {
    await ask(port, { headers: { 'x-request-id': id, traceparent } })
  }
  const idsOf = (name: string): string[] =>
    admission.explain(name).decisions.map(({ requestId }) => requestId)
  t.same(idsOf('first'), ['first'])
  t.same(idsOf(trace), ['first', 'second'], 'all that belong to the trace')
  await ask(port, { headers: { 'x-request-id': 'third' } })
  t.same(idsOf('third'), ['third'])
  t.same(idsOf('undefined'), [])
})
