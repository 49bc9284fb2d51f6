import t from 'tap'
import { InvalidOptionError } from '../../src/option/invalid-option-error.ts'

t.test('says which option, what it must be, and what it was', async (t) => {
  const error = new InvalidOptionError('queue.maxWaitMs', 'a number from 0', -1)
  t.ok(error instanceof TypeError)
  t.equal(error.name, 'InvalidOptionError')
  t.equal(error.code, 'HG_ERR_OPTION')
  t.equal(error.option, 'queue.maxWaitMs')
  t.equal(error.message, 'queue.maxWaitMs must be a number from 0, got -1')
})

t.test('can show any value', async (t) => {
  const shown: readonly (readonly [unknown, string])[] = [
    ['5', '"5"'],
    [5n, '5n'],
    [Number.NaN, 'NaN'],
    [null, 'null'],
    [undefined, 'undefined'],
    [true, 'true'],
    [[1, 2], 'an array'],
    [{ a: 1 }, 'an object'],
    [Object.create(null), 'an object'],
    [() => 1, 'a function'],
    [Symbol('s'), 'Symbol(s)'],
  ]
  for (const [value, text] of shown) {
    t.equal(new InvalidOptionError('x', 'so', value).message, `x must be so, got ${text}`)
  }
})
