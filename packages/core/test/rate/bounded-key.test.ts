import fc from 'fast-check'
import t from 'tap'
import { boundedKey, ownCopy } from '../../src/rate/bounded-key.ts'

const seed = Date.now()
t.comment(`seed ${seed}`)

t.test('keeps what is short, and stands in for what is not', async (t) => {
  t.equal(boundedKey('acme'), 'acme')
  t.equal(boundedKey('x'.repeat(128)), 'x'.repeat(128))
  t.match(boundedKey('x'.repeat(129)), /^#129:[0-9a-f]{16}$/)
  t.not(boundedKey(`${'x'.repeat(200)}a`), boundedKey(`${'x'.repeat(200)}b`))
  t.not(boundedKey(`a${'x'.repeat(5_000)}`), boundedKey(`b${'x'.repeat(5_000)}`))
  t.not(boundedKey(`${'x'.repeat(5_000)}a`), boundedKey(`${'x'.repeat(5_000)}b`))
  t.equal(boundedKey(undefined), '#undefined')
  t.equal(boundedKey(7), '#7')
})

t.test('anything gives a short string, the same each time', async (t) => {
  const anything = fc.oneof(fc.anything(), fc.string({ maxLength: 3_000, size: 'max' }))
  const property = fc.property(anything, (key) => {
    const bounded = boundedKey(key)
    return bounded.length <= 128 && bounded === boundedKey(key) && ownCopy(bounded) === bounded
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 500 }))
})

t.test('two thousand long keys that differ in one place stay apart', async (t) => {
  const keys = Array.from({ length: 2_000 }, (_, index) => boundedKey(`${index}${'k'.repeat(300)}`))
  t.equal(new Set(keys).size, keys.length)
})
