import { createServer } from 'node:http'
import { ask, keepWarnings, listening, until } from '@headgate/conformance'
import t from 'tap'
import { createAdmission, wrap } from '../../src/index.ts'
import { gatedServer } from '../fixtures/gated-server.ts'

t.test('a gate that another with its own admission stands before is told of once', async (t) => {
  const warnings = keepWarnings(t)
  const inner = createAdmission({ limit: 1 })
  t.teardown(() => inner.close())
  const { port } = await gatedServer(
    t,
    wrap((_request, response) => response.end('served'), { admission: inner }),
  )
  t.equal((await ask(port)).body, 'served')
  await until('it is told', () => warnings.length > 0)
  t.equal((await ask(port)).body, 'served')
  await new Promise(setImmediate)
  t.equal(warnings.length, 1)
  t.match(warnings, [{ code: 'HG_WARN_UNASKED_GATE' }])
  t.equal(inner.snapshot().admitted.important, 0)
})

t.test('two gates with one admission are how it should be', async (t) => {
  const warnings = keepWarnings(t)
  const admission = createAdmission()
  t.teardown(() => admission.close())
  const served = wrap((_request, response) => response.end('served'), { admission })
  const port = await listening(t, createServer(wrap(served, { admission })))
  t.equal((await ask(port)).body, 'served')
  t.equal((await ask(port, { path: '/livez' })).body, 'served')
  await new Promise(setImmediate)
  t.same(warnings, [])
})
