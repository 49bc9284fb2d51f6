import { FixedLimit } from '@headgate/core'
import t from 'tap'
import { type AdmissionOptions, createAdmission } from '../../src/index.ts'

t.test('needs nothing', async (t) => {
  const admission = createAdmission()
  t.teardown(() => admission.close())
  const { limit, limitState, maxQueued, inFlight, queued } = admission.snapshot()
  t.equal(limitState.algorithm, 'adaptive')
  t.ok(limit >= 1)
  t.ok(maxQueued >= 64)
  t.equal(inFlight + queued, 0)
})

t.test('takes a number, or a rule of your own, for a limit', async (t) => {
  const fixed = createAdmission({ limit: 3 })
  const own = createAdmission({ limit: new FixedLimit(5) })
  t.teardown(() => {
    fixed.close()
    own.close()
  })
  t.equal(fixed.snapshot().limit, 3)
  t.equal(own.snapshot().limit, 5)
})

t.test('takes undefined for not given, whatever the option', async (t) => {
  const admission = createAdmission({
    limit: undefined,
    pressure: undefined,
    queue: undefined,
    shedAt: undefined,
  })
  t.equal(admission.snapshot().limitState.algorithm, 'adaptive')
  admission.close()
})

t.test('names the wrong option, what it must be, and what was given', async (t) => {
  const cases: readonly [unknown, string, RegExp, string][] = [
    [null, 'options', /an object/, 'null'],
    [[], 'options', /an object/, 'an array'],
    ['x', 'options', /an object/, '"x"'],
    [{ limits: 1 }, 'options', /limit, pressure, .*queue, shedAt/, '"limits"'],
    [{ limit: 'adaptiv' }, 'limit', /'adaptive', an integer from 1, or a Limit/, '"adaptiv"'],
    [{ limit: 0 }, 'limit', /an integer/, '0'],
    [{ limit: -3 }, 'limit', /an integer/, '-3'],
    [{ limit: 1.5 }, 'limit', /an integer/, '1.5'],
    [{ limit: Number.NaN }, 'limit', /an integer/, 'NaN'],
    [{ limit: Number.POSITIVE_INFINITY }, 'limit', /an integer/, 'Infinity'],
    [{ limit: null }, 'limit', /or a Limit/, 'null'],
    [{ limit: 5n }, 'limit', /or a Limit/, '5n'],
    [{ limit: {} }, 'limit', /or a Limit/, 'an object'],
    [{ limit: { onSample: () => {} } }, 'limit', /or a Limit/, 'an object'],
    [{ limit: { onSample: () => {}, current: 5 } }, 'limit', /or a Limit/, 'an object'],
    [{ limit: class {} }, 'limit', /or a Limit/, 'a function'],
    [{ pressure: () => 0 }, 'pressure', /an array of functions/, 'a function'],
    [{ pressure: [() => 0, 0.5] }, 'pressure[1]', /a function/, '0.5'],
    [{ queue: true }, 'queue', /an object/, 'true'],
    [{ queue: null }, 'queue', /an object/, 'null'],
    [{ queue: { maxWait: 5 } }, 'queue', /maxQueued, maxWaitMs, order/, '"maxWait"'],
    [{ queue: { maxWaitMs: 0 } }, 'queue.maxWaitMs', /from 1 to 60,?_?000|1.*60000/, '0'],
    [{ queue: { maxWaitMs: '100' } }, 'queue.maxWaitMs', /a number/, '"100"'],
    [{ queue: { maxQueued: 0 } }, 'queue.maxQueued', /an integer/, '0'],
    [{ queue: { order: 'random' } }, 'queue.order', /"auto", "fifo", "lifo"/, '"random"'],
    [{ shedAt: { important: 2 } }, 'shedAt.important', /a number/, '2'],
    [{ shedAt: { critical: 1 } }, 'shedAt', /critical/, '1'],
    [{ shedAt: { important: 0.5, optional: 0.9 } }, 'shedAt.optional', /a number/, '0.9'],
  ]
  for (const [options, option, expected, given] of cases) {
    try {
      createAdmission(options as AdmissionOptions).close()
      t.fail(`accepted ${option}, ${given}`)
    } catch (error) {
      const { code, message, option: named } = error as Error & { code: string; option: string }
      t.equal(code, 'HG_ERR_OPTION', `${option}, ${given}`)
      t.equal(named, option)
      t.match(message, option)
      t.match(message, expected)
      t.ok(message.endsWith(`got ${given}`), message)
    }
  }
})
