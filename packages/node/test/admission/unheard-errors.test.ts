import { createServer } from 'node:http'
import { ask, listening } from '@headgate/conformance'
import t from 'tap'
import { UnheardErrors } from '../../src/admission/unheard-errors.ts'
import { createAdmission, wrap } from '../../src/index.ts'

interface Warned extends Error {
  readonly code?: string
  readonly detail?: string
}

/** The warnings of this process, until the test is over. */
function warnings(t: { teardown(task: () => unknown): void }): Warned[] {
  const seen: Warned[] = []
  const note = (warning: Error): void => void seen.push(warning)
  process.on('warning', note)
  t.teardown(() => process.off('warning', note))
  return seen
}

/** Warnings come in a tick of their own. */
const told = (): Promise<unknown> => new Promise(setImmediate)

t.test('what nobody listens to is warned of, once for each function', async (t) => {
  const seen = warnings(t)
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
  const seen = warnings(t)
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
  const seen = warnings(t)
  const unheard = new UnheardErrors()
  const wild = {
    [Symbol.for('nodejs.util.inspect.custom')]: () => {
      throw new Error('not to be looked at')
    },
  }
  for (const error of [undefined, null, 'text', Object.create(null), wild]) {
    t.doesNotThrow(() => unheard.onError('tier', error))
    t.doesNotThrow(() => unheard.onError('cost', error))
  }
  new UnheardErrors().onError('tier', wild)
  unheard.onError('pool', 'x'.repeat(1_000_000))
  await told()
  t.equal(seen.length, 4)
  t.ok(seen.every(({ detail = '' }) => detail.length <= 2_000))
})
