import t from 'tap'
import { findHeader, mergeHeaders } from '../../src/mouth/merge-headers.ts'

const ADDED = ['x-a', '1', 'x-b', '2']

t.test('adds to headers in every form that undici takes, and replaces none', async (t) => {
  const check = (headers: unknown, expected: unknown) =>
    t.same(mergeHeaders(headers, ADDED), expected)
  check(undefined, ADDED)
  check(null, ADDED)
  check({ y: '1', 'X-A': 'own' }, { y: '1', 'X-A': 'own', 'x-b': '2' })
  check({ y: ['1', '2'] }, { y: ['1', '2'], 'x-a': '1', 'x-b': '2' })
  check(['y', '1', 'X-B', 'own'], ['y', '1', 'X-B', 'own', 'x-a', '1'])
  check(new Map([['y', '1']]), ['y', '1', ...ADDED])
  check(new Headers({ y: '1', 'x-a': 'own' }), ['x-a', 'own', 'y', '1', 'x-b', '2'])
  // What is wrong is for undici to refuse.
  check(['odd'], ['odd'])
  check('text', 'text')
  t.same(mergeHeaders({ y: '1' }, []), { y: '1' })
})

t.test('leaves what it was given as it was', async (t) => {
  const list = ['y', '1']
  const object = { y: '1' }
  mergeHeaders(list, ADDED)
  mergeHeaders(object, ADDED)
  t.same(list, ['y', '1'])
  t.same(object, { y: '1' })
})

t.test('finds a header in every form', async (t) => {
  for (const headers of [
    { 'Idempotency-Key': 'k' },
    ['a', 'b', 'IDEMPOTENCY-KEY', 'k'],
    new Map([['idempotency-key', 'k']]),
    new Headers({ 'idempotency-key': 'k' }),
  ]) {
    t.equal(findHeader(headers, 'idempotency-key'), 'k')
    t.equal(findHeader(headers, 'b'), undefined)
  }
  for (const none of [undefined, null, 'x', {}, []]) t.equal(findHeader(none, 'a'), undefined)
})
