import t from 'tap'
import { AnswerStore } from '../../src/coalesce/answer-store.ts'
import { type StoredAnswer, stateOf } from '../../src/coalesce/shared-answer.ts'

function answer(bytes: number): StoredAnswer {
  return {
    statusCode: 200,
    statusMessage: undefined,
    headers: {},
    madeMs: 0,
    body: Buffer.alloc(bytes),
    freshUntilMs: 100,
    staleUntilMs: 200,
    bridgeUntilMs: 300,
  }
}

t.test('keeps to its bytes, and lets the least used go', async (t) => {
  const store = new AnswerStore(10_000)
  for (const key of ['a', 'b', 'c']) store.set(key, answer(2_000))
  store.get('a')
  store.set('d', answer(2_000))
  t.ok(store.bytes <= 10_000)
  t.same([store.get('b'), store.size], [undefined, 3])
  t.ok(store.get('a'))
  store.set('a', answer(20_000))
  t.equal(store.get('a'), undefined, 'one that does not fit is not kept, nor the one before')
})

t.test('a million keys take no more than a thousand', async (t) => {
  const store = new AnswerStore(1_000_000)
  for (let key = 0; key < 20_000; key += 1) store.set(`key ${key}`, answer(10))
  t.ok(store.bytes <= 1_000_000)
  t.ok(store.size < 1_000)
})

t.test('an answer is fresh, then stale, then a bridge, then dead', async (t) => {
  t.same(
    [99, 100, 199, 200, 299, 300].map((nowMs) => stateOf(answer(1), nowMs)),
    [...['fresh', 'stale', 'stale', 'bridge', 'bridge', 'dead']],
  )
})
