import t from 'tap'
import {
  checkBoolean,
  checkFunction,
  checkInteger,
  checkKnownOptions,
  checkNumber,
  checkOneOf,
  definedOptions,
  type NumberRange,
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

function numberComplaint(value: unknown, range: NumberRange = {}): string | undefined {
  return complaint(() => checkNumber('x', value, range))
}

function integerComplaint(value: unknown, range: NumberRange = {}): string | undefined {
  return complaint(() => checkInteger('x', value, range))
}

const NO_NUMBERS = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  '1',
  1n,
  null,
  undefined,
  {},
  [],
]

t.test('a number is finite, and no other type that looks like one', async (t) => {
  for (const bad of NO_NUMBERS) {
    t.match(numberComplaint(bad), /^x must be a number, got /)
    t.match(integerComplaint(bad), /^x must be an integer, got /)
  }
  for (const good of [0, -0, -1.5, 1e300]) t.equal(numberComplaint(good), undefined)
})

t.test('min and max belong to the range, above and below do not', async (t) => {
  t.equal(numberComplaint(1, { min: 1, max: 2 }), undefined)
  t.equal(numberComplaint(2, { min: 1, max: 2 }), undefined)
  t.equal(numberComplaint(0.99, { min: 1 }), 'x must be a number from 1, got 0.99')
  t.equal(numberComplaint(2.01, { min: 1, max: 2 }), 'x must be a number from 1 to 2, got 2.01')
  t.equal(numberComplaint(1, { above: 1 }), 'x must be a number above 1, got 1')
  t.equal(numberComplaint(2, { above: 1, below: 2 }), 'x must be a number above 1 below 2, got 2')
  t.equal(numberComplaint(1.5, { above: 1, below: 2 }), undefined)
})

t.test('an integer is one that counts exactly', async (t) => {
  for (const good of [0, -5, 2 ** 53 - 1]) t.equal(integerComplaint(good), undefined)
  for (const bad of [0.5, 2 ** 53, 1e300]) t.match(integerComplaint(bad), /must be an integer/)
  t.equal(integerComplaint(0, { min: 1, max: 9 }), 'x must be an integer from 1 to 9, got 0')
})

t.test('one of several names', async (t) => {
  t.equal(
    complaint(() => checkOneOf('x', 'a', ['a', 'b'])),
    undefined,
  )
  for (const bad of ['c', 'A', '', null, undefined, 0, ['a']]) {
    t.match(
      complaint(() => checkOneOf('x', bad, ['a', 'b'])),
      /^x must be one of "a", "b", got /,
    )
  }
})

t.test('functions and booleans', async (t) => {
  const functionComplaint = (value: unknown): string | undefined =>
    complaint(() => checkFunction('x', value))
  const booleanComplaint = (value: unknown): string | undefined =>
    complaint(() => checkBoolean('x', value))
  t.equal(
    functionComplaint(() => 1),
    undefined,
  )
  t.equal(functionComplaint(class {}), undefined)
  for (const bad of [null, undefined, {}, 'f', 1])
    t.match(functionComplaint(bad), /a function, got/)
  t.equal(booleanComplaint(true), undefined)
  t.equal(booleanComplaint(false), undefined)
  for (const bad of [null, undefined, 0, 1, 'true', {}])
    t.match(booleanComplaint(bad), /true or false, got/)
})

t.test('options are an object with known names only', async (t) => {
  const knownComplaint = (options: unknown): string | undefined =>
    complaint(() => checkKnownOptions('x', options, ['a', 'b']))
  for (const good of [{}, { a: 1 }, { a: undefined, b: null }])
    t.equal(knownComplaint(good), undefined)
  t.equal(knownComplaint({ a: 1, c: 2 }), 'x must be made of a, b, got "c"')
  t.equal(knownComplaint({ toString: 1 }), 'x must be made of a, b, got "toString"')
  for (const bad of [null, undefined, 1, 'a', ['a'], () => 1]) {
    t.match(knownComplaint(bad), /^x must be an object, got /)
  }
})

t.test('an option that is undefined does not hide a default, null does', async (t) => {
  t.same(definedOptions({ a: undefined, b: 3 }), { b: 3 })
  t.same(definedOptions({ a: null }), { a: null })
  const given = { a: undefined, b: 0 }
  definedOptions(given)
  t.same(Object.keys(given), ['a', 'b'], 'what was given is left alone')
})
