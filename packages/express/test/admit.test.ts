import { createServer } from 'node:http'
import { ask, giveBack, listening, occupy, until } from '@headgate/conformance'
import type { Application, ErrorRequestHandler } from 'express'
import t from 'tap'
import { admit, createAdmission, headgate } from '../src/index.ts'
import { EXPRESSES } from './fixtures/expresses.ts'

for (const [name, express] of Object.entries(EXPRESSES)) {
  const serve = async (
    t: Parameters<typeof listening>[0],
    app: Application,
    admission = createAdmission({ limit: 10, queue: false }),
  ) => {
    t.teardown(async () => {
      giveBack(admission)
      admission.close()
    })
    return { port: await listening(t, createServer(app)), admission }
  }

  t.test(`${name}: routes say how important they are`, async (t) => {
    const app = express()
    const admission = createAdmission({ limit: 10, queue: false })
    app.use(headgate({ admission, admit: 'route', tier: () => 'optional' }))
    const tiers = ['critical', 'important', 'optional', 'opportunistic'] as const
    for (const tier of tiers) {
      app.get(`/${tier}`, admit({ tier }), ({ headgate }, response) => {
        response.send(headgate?.tier)
      })
    }
    app.get('/default', admit(), ({ headgate }, response) => void response.send(headgate?.tier))
    app.get('/free', ({ headgate }, response) => void response.json({ headgate }))
    const { port } = await serve(t, app, admission)
    for (const tier of tiers) {
      t.equal((await ask(port, { path: `/${tier}` })).body, tier)
      await until('the permit is back', () => admission.snapshot().inFlight === 0)
    }
    t.equal((await ask(port, { path: '/default' })).body, 'optional')
    const told = Object.fromEntries(tiers.map((tier) => [`GET /${tier}`, { tier }]))
    t.same(admission.snapshot().routes, told, 'what routes say is told')
    t.same(
      JSON.parse((await ask(port, { path: '/free' })).body),
      { headgate: null },
      'nobody admits',
    )
    await until('the permit is back', () => admission.snapshot().inFlight === 0)
    for (let n = 0; n < 9; n += 1) occupy(admission)
    t.equal((await ask(port, { path: '/critical' })).statusCode, 200)
    t.equal(JSON.parse((await ask(port, { path: '/important' })).body).reason, 'shed')
  })

  t.test(`${name}: the first of several admits, and each request once`, async (t) => {
    const app = express()
    const admission = createAdmission({ limit: 10, queue: false })
    app.use(headgate({ admission, admit: 'route' }))
    const router = express.Router()
    router.use(admit({ tier: 'optional' }))
    router.get('/', admit({ tier: 'critical' }), ({ headgate }, response) => {
      response.send(headgate?.tier)
    })
    app.use('/shop', router)
    const { port } = await serve(t, app, admission)
    t.equal((await ask(port, { path: '/shop' })).body, 'optional')
    await until('the permit is back', () => admission.snapshot().inFlight === 0)
    t.match(admission.snapshot().admitted, { optional: 1, critical: 0 })
  })

  t.test(`${name}: who drains is refused at the door, and probes are not`, async (t) => {
    const app = express()
    const admission = createAdmission()
    app.use(headgate({ admission, admit: 'route' }))
    app.get('/', () => t.fail('served'))
    app.get('/livez', admit(), ({ headgate }, response) => void response.json({ headgate }))
    const { port } = await serve(t, app, admission)
    await admission.drain()
    t.equal(JSON.parse((await ask(port)).body).reason, 'draining')
    t.same(JSON.parse((await ask(port, { path: '/livez' })).body), { headgate: null })
  })

  t.test(`${name}: a request that no middleware guards is an error, not a hole`, async (t) => {
    const app = express()
    app.get('/', admit(), () => t.fail('served'))
    app.use(((error, _request, response, _next) => {
      response.status(500).json({ code: error.code, message: error.message })
    }) as ErrorRequestHandler)
    const { port } = await serve(t, app)
    const { statusCode, body } = await ask(port)
    t.equal(statusCode, 500)
    t.match(JSON.parse(body), {
      code: 'HG_ERR_OPTION',
      message: /headgate\(\{ admit: 'route' \}\)/,
    })
  })

  t.test(`${name}: says what its gate lacks`, async (t) => {
    const app = express()
    const admission = createAdmission()
    app.use(headgate({ admission }))
    app.get('/', admit(), () => t.fail('served'))
    app.use(((error, _request, response, _next) => {
      response.status(500).json({ code: error.code, message: error.message })
    }) as ErrorRequestHandler)
    const { port } = await serve(t, app, admission)
    t.match(JSON.parse((await ask(port)).body), {
      code: 'HG_ERR_OPTION',
      message: /headgate\(\{ admit: 'route' \}\).*one without admit: 'route'/,
    })
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
