import t from 'tap'
import {
  checkCount,
  checkFunction,
  checkKnownNames,
  checkMethods,
  checkNumber,
  withDefaults,
} from '../../src/option/check-option.ts'

/** What a check says about the option `x`, or nothing. */
function complaint(check: () => void): string | undefined {
  try {
    check()
  } catch (error) {
    const { code, option, message } = error as { code: string; option: string; message: string }
    if (code !== 'HG_ERR_OPTION' || option !== 'x') throw error
    return message
  }
  return undefined
}

const number = (value: unknown, range = {}) => complaint(() => checkNumber('x', value, range))
const count = (value: unknown, min: number) => complaint(() => checkCount('x', value, min))

t.test('a number is finite, and in its range', async (t) => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, '1', 1n, null, undefined, {}, []]) {
    t.match(number(bad), /^x must be a number, got /)
  }
  t.equal(number(-1.5), undefined)
  t.equal(number(0, { min: 0 }), undefined)
  t.equal(number(0, { above: 0 }), 'x must be a number above 0, got 0')
  t.equal(number(1, { min: 0, below: 1 }), 'x must be a number from 0 below 1, got 1')
  t.equal(number(-1, { min: 0 }), 'x must be a number from 0, got -1')
})

t.test('a count is an integer that counts exactly', async (t) => {
  for (const good of [1, 2 ** 53 - 1]) t.equal(count(good, 1), undefined)
  for (const bad of [0, 1.5, 2 ** 53, '1']) t.match(count(bad, 1), /^x must be an integer from 1/)
})

t.test('functions, and objects with methods', async (t) => {
  const isFunction = (value: unknown) => complaint(() => checkFunction('x', value))
  t.equal(
    isFunction(() => {}),
    undefined,
  )
  t.equal(isFunction('run'), 'x must be a function, got "run"')
  const hasMethods = (value: unknown) => complaint(() => checkMethods('x', value, ['get', 'set']))
  t.equal(hasMethods(new Map()), undefined)
  t.equal(hasMethods({ get: () => {} }), 'x must be an object with get, set, got an object')
  for (const bad of [null, undefined, 1, () => {}]) t.match(hasMethods(bad), /^x must be an object/)
})

t.test('an unknown name is refused, and undefined takes the default', async (t) => {
  const known = (options: unknown) => complaint(() => checkKnownNames('x', options, ['a', 'b']))
  t.equal(known({ a: 1 }), undefined)
  t.equal(known({ c: 1 }), 'x must be made of a, b, got "c"')
  for (const bad of [null, [], 'a']) t.match(known(bad), /^x must be an object/)
  t.same(withDefaults({ a: undefined, b: 2 }, { a: 1, b: 1 }), { a: 1, b: 2 })
})
