import t from 'tap'
import { roughBytes, roughEntryBytes } from '../../src/cache/rough-bytes.ts'

t.test('counts what is large by its size', async (t) => {
  t.equal(roughBytes('x'.repeat(1_000)), 2_024)
  t.ok(Math.abs(roughBytes(Buffer.alloc(5_000)) - 5_000) < 50)
  t.ok(Math.abs(roughBytes(new Float64Array(100)) - 800) < 50)
  t.ok(roughBytes(Array.from({ length: 1_000 }, (_, index) => index)) >= 8_000)
  t.ok(roughBytes(new Map([['key', 'x'.repeat(1_000)]])) > 2_000)
  t.ok(roughBytes(new Set(['x'.repeat(1_000)])) > 2_000)
  t.ok(roughBytes({ a: { b: { c: 'x'.repeat(1_000) } } }) > 2_000)
  t.ok(roughBytes(new Error('no')) > 1_000)
})

t.test('small things, circles and deep nesting are no trouble', async (t) => {
  for (const value of [undefined, null, 1, 1n, true, Symbol('s'), () => {}]) {
    t.equal(roughBytes(value), 8)
  }
  const circle: Record<string, unknown> = {}
  circle.self = circle
  t.ok(roughBytes(circle) < 100)
  let deep: unknown = 'end'
  for (let depth = 0; depth < 100_000; depth += 1) deep = [deep]
  t.ok(roughBytes(deep) > 100_000)
  const part = { text: 'x'.repeat(1_000) }
  t.ok(roughBytes([part, part]) < 2_500, 'what is there twice is counted once')
})

t.test('what has too many parts is not walked to its end', async (t) => {
  t.same(roughBytes(Array.from({ length: 300_000 }, () => 1)), Number.NaN)
  t.ok(roughBytes(new Float64Array(300_000)) > 2_400_000)
  let visited = 0
  const endless = (): object => ({
    get next() {
      visited += 1
      return endless()
    },
  })
  t.same(roughBytes(endless()), Number.NaN)
  t.ok(visited <= 250_000)
})

t.test('what throws when it is looked at has no size', async (t) => {
  const hostile = Object.defineProperty({}, 'byteLength', {
    get: () => {
      throw new Error('no')
    },
  })
  t.same(roughBytes(hostile), Number.NaN)
  t.ok(roughBytes({ byteLength: -5 }) > 0, 'a length that lies is no length')
  t.same(roughEntryBytes(hostile, 'key'), Number.NaN)
})
