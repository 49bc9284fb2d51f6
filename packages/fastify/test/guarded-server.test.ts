import { ask, portOf, until } from '@headgate/conformance'
import fastify from 'fastify'
import t from 'tap'
import { type Admission, createAdmission, createServerFactory, headgate } from '../src/index.ts'

t.test('a guard and a plugin that ask different admissions are an error at start-up', async (t) => {
  const app = fastify({ serverFactory: createServerFactory() })
  t.teardown(() => app.close())
  await t.rejects(async () => app.register(headgate), {
    code: 'HG_ERR_OPTION',
    message: /^admission must be the one that createServerFactory was given: .*createAdmission/,
  })
})

t.test('the same admission in both is right', async (t) => {
  const admission = createAdmission()
  t.teardown(() => admission.close())
  const app = fastify({ serverFactory: createServerFactory({ admission }) })
  t.teardown(() => app.close())
  await app.register(headgate, { admission })
  t.equal(app.headgate, admission)
})

t.test('a guard with an admission of its own closes it with its server', async (t) => {
  const app = fastify({ serverFactory: createServerFactory(), forceCloseConnections: true })
  app.get('/', async () => 'served')
  await app.listen({ port: 0, host: '127.0.0.1' })
  t.equal((await ask(portOf(app))).body, 'served')
  const { [Symbol.for('headgate.guard')]: admission } = app.server as unknown as Record<
    symbol,
    Admission
  >
  t.equal(admission?.ready(), true)
  await app.close()
  await until('it is closed', () => admission?.ready() === false)
})
