import { FixedLimit } from '@headgate/core'
import t from 'tap'
import { type AdmissionOptions, createAdmission, wrap } from '../../src/index.ts'

type Teardown = { teardown(task: () => unknown): void }

t.test('an admission tells every option that it was made with', async (t) => {
  t.match(open(t).snapshot().options, {
    limit: 'adaptive',
    mode: 'enforce',
    explain: 0,
    maxHoldMs: 60_000,
    pressure: 0,
    drainDelayMs: 'default',
    'slowClients.minBytesPerSecond': 240,
    warmUp: false,
    'queue.maxWaitMs': 100,
  })
  const told = open(t, {
    limit: new FixedLimit(3),
    pressure: [() => 0, () => 0],
    slowClients: false,
    warmUp: { slowStartMs: 50, dependencies: () => true },
  }).snapshot().options
  t.match(told, {
    limit: 'FixedLimit',
    pressure: 2,
    slowClients: false,
    'warmUp.slowStartMs': 50,
    'warmUp.dependencies': 'function',
  })
})

t.test('an update is told at once', async (t) => {
  const admission = open(t)
  admission.update({ mode: 'shadow', queue: { maxWaitMs: 9 }, maxHoldMs: 500 })
  t.match(admission.snapshot().options, { mode: 'shadow', 'queue.maxWaitMs': 9, maxHoldMs: 500 })
})

t.test('hosts that share an admission are told apart, up to a bound', async (t) => {
  const admission = open(t)
  wrap(() => {}, { admission, admit: 'route' })
  for (let count = 0; count < 20; count += 1) {
    wrap(() => {}, { admission, releaseOn: 'headers', cost: 2, coalesce: { ttlMs: 5 } })
  }
  const { options } = admission.snapshot()
  t.match(options, { admit: 'route', releaseOn: 'both', cost: 'default', coalesce: 'default' })
  t.match(options, {
    'host2.admit': 'default',
    'host2.releaseOn': 'headers',
    'host2.cost': 2,
    'host2.coalesce.ttlMs': 5,
  })
  t.ok('host8.cost' in options)
  t.notOk('host9.cost' in options)
})

function open(t: Teardown, options: AdmissionOptions = {}): ReturnType<typeof createAdmission> {
  const admission = createAdmission(options)
  t.teardown(() => admission.close())
  return admission
}
