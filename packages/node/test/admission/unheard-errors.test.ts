import { createServer } from 'node:http'
import { ask, keepWarnings, listening } from '@headgate/conformance'
import { VirtualClock } from '@headgate/core'
import t from 'tap'
import { ErrorReports } from '../../src/admission/error-reports.ts'
import { UnheardErrors } from '../../src/admission/unheard-errors.ts'
import { createAdmission, logOverload, wrap } from '../../src/index.ts'

/** Warnings come in a tick of their own. */
const told = (): Promise<unknown> => new Promise(setImmediate)

t.test('what nobody listens to is warned of, once for each option', async (t) => {
  const seen = keepWarnings(t)
  const admission = createAdmission()
  t.teardown(() => admission.close())
  const tier = (): never => {
    throw new Error('no such user')
  }
  const tenant = (): never => {
    throw new RangeError('no such tenant')
  }
  const options = { admission, tier, tenant }
  const listener = wrap((_request, response) => response.end('served'), options)
  const port = await listening(t, createServer(listener))
  for (let asked = 0; asked < 3; asked += 1) t.equal((await ask(port)).body, 'served')
  await told()
  t.equal(admission.snapshot().errors, 6)
  t.same(
    seen.map(({ name, code }) => `${name} ${code}`),
    ['HeadgateWarning HG_WARN_UNHEARD_ERROR', 'HeadgateWarning HG_WARN_UNHEARD_ERROR'],
  )
  const details = seen.map(({ message, detail }) => `${message}\n${detail}`).join('\n')
  t.match(details, /`tier`.*\n.*Error: no such user\n {4}at tier /)
  t.match(details, /`tenant`.*\n.*RangeError: no such tenant\n {4}at tenant /)
})

t.test('what somebody listens to is not', async (t) => {
  const seen = keepWarnings(t)
  const admission = createAdmission()
  t.teardown(() => admission.close())
  const heard: string[] = []
  const end = admission.subscribe(({ type }) => heard.push(type), ['error'])
  admission.reportError('tier', new Error('heard'))
  await told()
  t.same(heard, ['error'])
  t.same(seen, [])

  end()
  admission.subscribe(({ type }) => heard.push(type), ['limit'])
  admission.reportError('exempt', new Error('unheard'))
  await told()
  t.same(heard, ['error'])
  t.match(seen, [{ code: 'HG_WARN_UNHEARD_ERROR', message: /`exempt`/ }])
})

t.test('what is thrown may be anything', async (t) => {
  const seen = keepWarnings(t)
  const wild = {
    [Symbol.for('nodejs.util.inspect.custom')]: () => {
      throw new Error('not to be looked at')
    },
  }
  const secret = Object.assign(new Error('refused by the upstream'), {
    authorization: 'Bearer s3cret',
  })
  const all = [undefined, null, 'text', Object.create(null), wild, secret, 'x'.repeat(1_000_000)]
  for (const error of all) t.doesNotThrow(() => new UnheardErrors().onError('tier', error))
  await told()
  const details = seen.map(({ detail }) => detail ?? '')
  t.equal(details.length, all.length)
  t.same(details.slice(0, 3), ['undefined', 'null', "'text'"])
  t.match(details[3], /null prototype/)
  t.equal(details[4], 'What was thrown cannot be shown.')
  t.match(details[5], /^Error: refused by the upstream\n {4}at /)
  t.notMatch(details[5], /s3cret/)
  t.equal(details[6]?.length, 2_000)
})

t.test('one warning for an option, however long it goes on', async (t) => {
  const seen = keepWarnings(t)
  const clock = new VirtualClock()
  const reports = new ErrorReports(clock, { hearsErrors: false, onEvent: () => {} })
  for (let n = 0; n < 10; n += 1) {
    reports.report('tier', new Error(`${n}`))
    clock.advance(5_000)
  }
  await told()
  t.match(seen, [{ detail: /^Error: 0\n/ }])
  t.equal(seen.length, 1)
})

t.test('a logger that throws at an error is told of', async (t) => {
  const seen = keepWarnings(t)
  const admission = createAdmission()
  t.teardown(() => admission.close())
  const fail = (): never => {
    throw new Error('disk full')
  }
  logOverload(admission, { info: fail, warn: fail, error: fail })
  admission.reportError('tier', new Error('no such user'))
  await told()
  t.match(seen, [{ message: /`subscriber`/, detail: /disk full/ }])
  t.equal(seen.length, 1)
})

t.test('a process that cannot be warned serves on', async (t) => {
  const { emitWarning } = process
  t.teardown(() => {
    process.emitWarning = emitWarning
  })
  process.emitWarning = () => {
    throw new Error('no warnings in tests')
  }
  const tier = (): never => {
    throw new Error('no such user')
  }
  const listener = wrap((_request, response) => response.end('served'), { tier })
  t.teardown(() => listener.admission.close())
  const port = await listening(t, createServer(listener))
  t.equal((await ask(port)).body, 'served')
  t.equal(listener.admission.snapshot().errors, 1)
})
