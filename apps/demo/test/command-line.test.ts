import t from 'tap'
import { parseCommandLine, UsageError } from '../src/command-line.ts'

const parse = (line: string, env: NodeJS.ProcessEnv = {}) =>
  parseCommandLine(line.split(' ').filter(Boolean), env)

t.test('compares when nothing is said', async (t) => {
  t.same(parse(''), { kind: 'compare', factor: 4.5, seconds: 12 })
  t.same(parse('--factor 10 --seconds=5'), { kind: 'compare', factor: 10, seconds: 5 })
})

t.test('serves with Headgate unless told otherwise', async (t) => {
  t.same(parse('serve'), { kind: 'serve', withHeadgate: true, port: 3000 })
  t.same(parse('serve --without', { PORT: '0' }), { kind: 'serve', withHeadgate: false, port: 0 })
})

t.test('runs two services', async (t) => {
  t.same(parse('services'), { kind: 'services', factor: 3, seconds: 5 })
  t.same(parse('services --factor 2 --seconds 8'), { kind: 'services', factor: 2, seconds: 8 })
})

t.test('watches alerts for as long as they take', async (t) => {
  t.same(parse('alerts'), { kind: 'alerts', factor: 4, seconds: 36 })
  t.same(parse('alerts --factor 3'), { kind: 'alerts', factor: 3, seconds: 36 })
})

t.test('helps, whatever else is said', async (t) => {
  t.same(parse('--help'), { kind: 'help' })
  t.same(parse('serve -h'), { kind: 'help' })
})

t.test('says what is wrong and what would be right', async (t) => {
  const check = (line: string, message: RegExp, env: NodeJS.ProcessEnv = {}) => {
    let thrown: unknown
    try {
      parse(line, env)
    } catch (error) {
      thrown = error
    }
    t.type(thrown, UsageError, line)
    t.match((thrown as Error).message, message, line)
  }
  check('sevre', /unknown command: sevre; there are serve, services, stampede and alerts/)
  check('serve again', /unexpected argument: again/)
  check('--fast', /--fast/)
  check('--factor', /--factor/)
  check('--factor much', /--factor must be a number from 1.5 to 20, got much/)
  check('--factor 1', /--factor must be a number from 1.5 to 20, got 1/)
  check('--factor=', /--factor must be a number from 1.5 to 20, got /)
  check('--seconds 1e9', /--seconds must be a number from 3 to 120, got 1e9/)
  check('--without', /--without belongs to serve/)
  check('alerts --without', /--without belongs to serve/)
  check('alerts --seconds 12', /--seconds must be a number from 35 to 120, got 12/)
  check('services --without', /--without belongs to serve/)
  check('serve --factor 2', /--factor does not belong to serve/)
  check('serve', /PORT must be a number from 0 to 65535, got http/, { PORT: 'http' })
  check('serve', /PORT must be a number from 0 to 65535, got 65536/, { PORT: '65536' })
  check('serve', /PORT must be an integer, got 30.5/, { PORT: '30.5' })
})
