import type { IncomingMessage } from 'node:http'
import { ask, portOf } from '@headgate/conformance'
import fastify from 'fastify'
import t from 'tap'
import { createAdmission, createServerFactory, headgate, isProbe } from '../../src/index.ts'

t.test('a probe through guard and plugin leaves nothing counted', async (t) => {
  const admission = createAdmission({ limit: 1, queue: false })
  const app = fastify({ serverFactory: createServerFactory({ admission }) })
  t.teardown(() => app.close())
  await app.register(headgate, { admission })
  app.get('/livez', async () => 'alive')
  await app.listen({ port: 0, host: '127.0.0.1' })

  const held = admission.tryAcquire()
  t.equal(held.admitted, true)
  // More than the 64 that may be in flight at once: each must have given its place back.
  for (let probes = 0; probes < 100; probes += 1) {
    const { statusCode } = await ask(portOf(app), { path: '/livez' })
    if (statusCode !== 200) t.fail(`probe ${probes} got ${statusCode}`)
  }
  t.pass('every probe was let through, though no permit was free')
})

t.test('what the guard exempts, the plugin does not ask again', async (t) => {
  const admission = createAdmission({ limit: 1, queue: false })
  const exempt = (request: IncomingMessage): boolean => isProbe(request) || request.url === '/ping'
  const app = fastify({ serverFactory: createServerFactory({ admission, exempt }) })
  t.teardown(() => app.close())
  await app.register(headgate, { admission })
  app.get('/ping', async (request) => ({ handle: request.headgate }))
  await app.listen({ port: 0, host: '127.0.0.1' })

  const held = admission.tryAcquire()
  t.equal(held.admitted, true)
  const { statusCode, body } = await ask(portOf(app), { path: '/ping' })
  t.equal(statusCode, 200)
  t.same(JSON.parse(body), { handle: null })
})
