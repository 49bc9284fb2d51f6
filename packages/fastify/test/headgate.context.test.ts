import { ask } from '@headgate/conformance'
import { context, createAdmission } from '@headgate/node'
import fastify from 'fastify'
import t from 'tap'
import { createServerFactory, headgate } from '../src/index.ts'

for (const way of ['the plugin', 'a plugin behind a guard without context']) {
  t.test(`${way}: handlers find their request, also after a body`, async (t) => {
    const admission = createAdmission()
    const isGuarded = way !== 'the plugin'
    const app = fastify(isGuarded ? { serverFactory: createServerFactory({ admission }) } : {})
    t.teardown(async () => {
      await app.close()
      admission.close()
    })
    await app.register(headgate, { admission, context: true, tenant: () => 'acme' })
    app.route({
      method: ['GET', 'POST'],
      url: '/',
      handler: async (request) => {
        await new Promise(setImmediate)
        return { body: request.body, own: context() === request.headgate, tier: context()?.tier }
      },
    })
    const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port)
    t.match(JSON.parse((await ask(port)).body), { own: true, tier: 'important' })
    const posted = await ask(port, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    })
    t.same(JSON.parse(posted.body), { body: { a: 1 }, own: true, tier: 'important' })
  })
}
