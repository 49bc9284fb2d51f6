import t from 'tap'
import { InvalidOptionError } from '../../src/option/invalid-option-error.ts'

t.test('says which option, what is allowed and what was given', async (t) => {
  const error = new InvalidOptionError('maxFlights', 'an integer from 1', '7')
  t.type(error, TypeError)
  t.match(error, { name: 'InvalidOptionError', code: 'HG_ERR_OPTION', option: 'maxFlights' })
  t.equal(error.message, 'maxFlights must be an integer from 1, got "7"')
})

t.test('shows any value without running its code', async (t) => {
  const said = (value: unknown) => new InvalidOptionError('x', 'y', value).message.split('got ')[1]
  t.equal(said(3n), '3n')
  t.equal(
    said(() => {}),
    'a function',
  )
  t.equal(said([1]), 'an array')
  t.equal(said({ toString: () => 'secret' }), 'an object')
  t.equal(said(null), 'null')
  t.equal(said(Symbol('s')), 'Symbol(s)')
})
