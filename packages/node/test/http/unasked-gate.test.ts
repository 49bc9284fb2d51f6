import { createServer } from 'node:http'
import { ask, listening, until } from '@headgate/conformance'
import t from 'tap'
import { createAdmission, wrap } from '../../src/index.ts'
import { gatedServer } from '../fixtures/gated-server.ts'

/** The codes of the warnings of this process, until the test is over. */
function warnings(t: { teardown(task: () => unknown): void }): (string | undefined)[] {
  const codes: (string | undefined)[] = []
  const note = (warning: Error & { code?: string }): void => void codes.push(warning.code)
  process.on('warning', note)
  t.teardown(() => process.off('warning', note))
  return codes
}

t.test('a gate that another with its own admission stands before is told of once', async (t) => {
  const codes = warnings(t)
  const inner = createAdmission({ limit: 1 })
  t.teardown(() => inner.close())
  const { port } = await gatedServer(
    t,
    wrap((_request, response) => response.end('served'), { admission: inner }),
  )
  t.equal((await ask(port)).body, 'served')
  await until('it is told', () => codes.length > 0)
  t.equal((await ask(port)).body, 'served')
  await new Promise(setImmediate)
  t.same(codes, ['HG_WARN_UNASKED_GATE'])
  t.equal(inner.snapshot().admitted.important, 0)
})

t.test('two gates with one admission are how it should be', async (t) => {
  const codes = warnings(t)
  const admission = createAdmission()
  t.teardown(() => admission.close())
  const served = wrap((_request, response) => response.end('served'), { admission })
  const port = await listening(t, createServer(wrap(served, { admission })))
  t.equal((await ask(port)).body, 'served')
  t.equal((await ask(port, { path: '/livez' })).body, 'served')
  await new Promise(setImmediate)
  t.same(codes, [])
})
