import t from 'tap'
import { requestIdOf } from '../../src/explain/request-id.ts'

t.test('a request is known by its id, or else by its trace', async (t) => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  t.equal(requestIdOf({ headers: { 'x-request-id': 'abc', traceparent } }), 'abc')
  t.equal(requestIdOf({ headers: { traceparent } }), '0af7651916cd43dd8448eb211c80319c')
  t.equal(requestIdOf({ headers: { 'x-request-id': 'x'.repeat(500) } })?.length, 128)
  t.equal(requestIdOf({ headers: { 'x-request-id': '', traceparent: 'nonsense' } }), undefined)
  t.equal(requestIdOf({ headers: { 'x-request-id': ['a', 'b'] as unknown as string } }), undefined)
})
