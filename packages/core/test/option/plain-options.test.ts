import t from 'tap'
import { plainOptions } from '../../src/option/plain-options.ts'

t.test('options are told by their whole names', async (t) => {
  class OwnLimit {}
  const plain = plainOptions({
    queue: { maxWaitMs: 5, order: 'fifo', codel: false, maxQueued: undefined },
    tier: () => 'critical',
    limit: new OwnLimit(),
    totalMs: Number.POSITIVE_INFINITY,
    statuses: new Set([502, 503]),
    query: ['a', 'b'],
    nobody: null,
  })
  t.same(plain, {
    'queue.maxWaitMs': 5,
    'queue.order': 'fifo',
    'queue.codel': false,
    'queue.maxQueued': 'default',
    tier: 'function',
    limit: 'OwnLimit',
    totalMs: 'Infinity',
    statuses: '502,503',
    query: 'a,b',
    nobody: 'null',
  })
  t.same(JSON.parse(JSON.stringify(plain)), plain, 'it is plain JSON')
})

t.test('however deep, long and many they are, what is told has a bound', async (t) => {
  const circle: Record<string, unknown> = {}
  circle.again = circle
  const names = Array.from({ length: 2_000 }, (_, index) => [`option${index}`, index])
  const plain = plainOptions({ circle, text: 'x'.repeat(1_000), ...Object.fromEntries(names) })
  t.equal(plain['circle.again.again.again'], 'Object')
  t.equal(String(plain.text).length, 64)
  t.equal(Object.keys(plain).length, 500)
})
