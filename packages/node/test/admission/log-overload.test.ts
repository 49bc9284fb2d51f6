import { Console } from 'node:console'
import { PassThrough } from 'node:stream'
import { keepWarnings, until } from '@headgate/conformance'
import t from 'tap'
import { createAdmission, type Decision, logOverload } from '../../src/index.ts'

type Line = [level: string, fields: Record<string, unknown>, message: string]

function giveBack(decision: Decision): void {
  if (decision.admitted) decision.permit.release()
}

function keeping() {
  const lines: Line[] = []
  const keep =
    (level: string) =>
    (fields: object, message: string): void =>
      void lines.push([level, { ...fields }, message])
  return { lines, log: { info: keep('info'), warn: keep('warn'), error: keep('error') } }
}

t.test('one line into overload, one out of it, and none for a request', async (t) => {
  const admission = createAdmission({ limit: 1, queue: false })
  t.teardown(() => admission.close())
  const { lines, log } = keeping()
  const end = logOverload(admission, log)
  const first = admission.tryAcquire()
  for (let n = 0; n < 200; n += 1) admission.tryAcquire()
  t.same(lines, [
    ['warn', { reason: 'full', limit: 1, inFlight: 1, queued: 0 }, 'headgate: overloaded'],
  ])
  giveBack(first)
  await until('it is over', () => {
    giveBack(admission.tryAcquire())
    return lines.length > 1
  })
  t.match(lines[1], ['info', { rejected: 200 }, 'headgate: no longer overloaded'])

  end()
  admission.tryAcquire()
  admission.tryAcquire()
  t.equal(lines.length, 2)
})

t.test('an error in a function of the user’s is a line, and no warning', async (t) => {
  const admission = createAdmission()
  t.teardown(() => admission.close())
  const warnings = keepWarnings(t)
  const { lines, log } = keeping()
  logOverload(admission, log)
  const error = new Error('no tier today')
  for (let n = 0; n < 20; n += 1) admission.reportError('tier', error)
  await new Promise(setImmediate)
  const message = 'headgate: tier failed; the service went on without it'
  t.same(lines, [['error', { err: error, suppressed: 0 }, message]])
  t.same(warnings, [])
})

t.test('the console will do, and a logger that throws harms nobody', async (t) => {
  const admission = createAdmission({ limit: 1, queue: false })
  t.teardown(() => admission.close())
  const stderr = new PassThrough()
  logOverload(admission, new Console({ stdout: new PassThrough(), stderr }))
  const fail = (): never => {
    throw new Error('disk full')
  }
  logOverload(admission, { info: fail, warn: fail, error: fail })
  admission.tryAcquire()
  t.equal(admission.tryAcquire().admitted, false)
  t.match(String(stderr.read()), /reason: 'full'.*headgate: overloaded/s)
  t.equal(admission.snapshot().errors, 2, 'both the line, and the line about that')
})

t.test('what is no admission, or no logger, is said at once', async (t) => {
  const admission = createAdmission()
  t.teardown(() => admission.close())
  const wrong = { code: 'HG_ERR_OPTION' }
  t.throws(() => logOverload(keeping().log as never, admission as never), wrong)
  for (const log of [undefined, null, {}, () => {}, { info: () => {}, warn: () => {} }]) {
    t.throws(() => logOverload(admission, log as never), wrong)
  }
  t.same(admission.snapshot().listeners.log, undefined)
})
