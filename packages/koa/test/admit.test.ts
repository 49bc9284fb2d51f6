import { createServer } from 'node:http'
import { ask, giveBack, listening, occupy, until } from '@headgate/conformance'
import Router from '@koa/router'
import t from 'tap'
import { admit, createAdmission, headgate } from '../src/index.ts'
import { KOAS } from './fixtures/koas.ts'

for (const [name, Koa] of Object.entries(KOAS)) {
  t.test(`${name}: routes say how important they are`, async (t) => {
    const app = new Koa()
    const router = new Router()
    const admission = createAdmission({ limit: 10, queue: false })
    t.teardown(() => {
      giveBack(admission)
      admission.close()
    })
    app.use(headgate({ admission, admit: 'route', tier: () => 'optional' }))
    const tiers = ['critical', 'important', 'optional', 'opportunistic'] as const
    for (const tier of tiers) {
      router.get(`/${tier}`, admit({ tier }), (ctx) => {
        ctx.body = ctx.headgate?.tier
      })
    }
    router.get('/default', admit(), (ctx) => {
      ctx.body = ctx.headgate?.tier
    })
    router.get('/twice', admit({ tier: 'opportunistic' }), admit({ tier: 'critical' }), (ctx) => {
      ctx.body = ctx.headgate?.tier
    })
    router.get('/free', (ctx) => {
      ctx.body = { headgate: ctx.headgate }
    })
    app.use(router.routes())
    const port = await listening(t, createServer(app.callback()))
    const isIdle = () => admission.snapshot().inFlight === 0
    for (const tier of tiers) {
      t.equal((await ask(port, { path: `/${tier}` })).body, tier)
      await until('the permit is back', isIdle)
    }
    t.equal((await ask(port, { path: '/default' })).body, 'optional')
    const told = Object.fromEntries(tiers.map((tier) => [`GET /${tier}`, { tier }]))
    t.same(admission.snapshot().routes, told, 'what routes say is told')
    t.equal((await ask(port, { path: '/twice' })).body, 'opportunistic', 'the first admits')
    t.same(JSON.parse((await ask(port, { path: '/free' })).body), { headgate: null })
    await until('the permit is back', isIdle)
    t.equal(admission.snapshot().admitted.opportunistic, 2)
    for (let n = 0; n < 9; n += 1) occupy(admission)
    t.equal((await ask(port, { path: '/critical' })).statusCode, 200)
    t.equal(JSON.parse((await ask(port, { path: '/important' })).body).reason, 'shed')
  })

  t.test(`${name}: who drains is refused at the door, and probes are not`, async (t) => {
    const app = new Koa()
    const admission = createAdmission()
    app.use(headgate({ admission, admit: 'route' }))
    app.use(admit())
    app.use((ctx) => {
      ctx.body = { headgate: ctx.headgate }
    })
    const port = await listening(t, createServer(app.callback()))
    await admission.drain()
    t.equal(JSON.parse((await ask(port)).body).reason, 'draining')
    t.same(JSON.parse((await ask(port, { path: '/livez' })).body), { headgate: null })
  })

  t.test(`${name}: a request that no middleware guards is an error, not a hole`, async (t) => {
    const app = new Koa()
    const errors: unknown[] = []
    app.on('error', (error) => errors.push(error))
    app.use(admit())
    app.use(() => t.fail('served'))
    const port = await listening(t, createServer(app.callback()))
    t.equal((await ask(port)).statusCode, 500)
    t.match(errors, [{ code: 'HG_ERR_OPTION', message: /headgate\(\{ admit: 'route' \}\)/ }])
  })

  t.test(`${name}: says what its gate lacks`, async (t) => {
    const app = new Koa()
    const gate = headgate()
    t.teardown(() => gate.admission.close())
    const errors: unknown[] = []
    app.on('error', (error) => errors.push(error))
    app.use(gate)
    app.use(admit())
    app.use(() => t.fail('served'))
    const port = await listening(t, createServer(app.callback()))
    t.equal((await ask(port)).statusCode, 500)
    t.match(errors, [{ code: 'HG_ERR_OPTION', message: /one without admit: 'route'/ }])
  })
}

t.test('names the wrong option at once', async (t) => {
  t.throws(() => admit({ tier: 'vip' } as never), { code: 'HG_ERR_OPTION', option: 'admit: tier' })
  t.throws(() => admit({ tiers: 'critical' } as never), { code: 'HG_ERR_OPTION' })
})

t.test('a pool that no gate has is an error as the route is declared', async (t) => {
  const gate = headgate({ admit: 'route', pools: { reports: {} } })
  t.teardown(() => gate.admission.close())
  t.type(admit({ pool: 'reports' }), 'function')
  t.throws(() => admit({ pool: 'report' }), { code: 'HG_ERR_OPTION', message: /reports/ })
})
