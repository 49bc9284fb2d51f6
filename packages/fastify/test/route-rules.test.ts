import fastify, { type FastifyRequest } from 'fastify'
import t from 'tap'
import { headgate } from '../src/index.ts'
import { RouteRules } from '../src/route-rules.ts'

t.test('a route is a flow of its own, and its rule is made once', async (t) => {
  const app = fastify()
  t.teardown(() => app.close())
  const rules = new RouteRules((error) => t.fail(String(error)))
  const seen: unknown[] = []
  app.addHook('onRequest', async (request) => seen.push(rules.of(request)))
  const tenant = (): string => 'acme'
  app.get('/orders/:id', async () => '')
  app.route({
    method: ['PUT', 'POST'],
    url: '/orders',
    config: { headgate: { tier: 'critical', tenant } },
    handler: async () => '',
  })
  app.get('/exempt', { config: { headgate: false } }, async () => '')
  for (const url of ['/orders/1', '/orders/2', '/exempt', '/nowhere', '/no/where']) {
    await app.inject(url)
  }
  await app.inject({ method: 'POST', url: '/orders' })
  await app.inject({ method: 'PUT', url: '/orders' })
  const [first, second, exempt, nowhere, noWhere, post, put] = seen
  t.match(first, { fixed: { flow: 'GET /orders/:id' }, tenant: undefined })
  t.equal(second, first)
  t.match(exempt, { fixed: { flow: 'GET /exempt' } })
  t.match(nowhere, { fixed: { flow: 'no route' } })
  t.equal(noWhere, nowhere)
  t.match(post, { fixed: { flow: 'PUT,POST /orders', tier: 'critical' }, tenant })
  t.equal(put, post)
})

t.test('the options of a route are asked for at its first request alone', async (t) => {
  const app = fastify()
  t.teardown(() => app.close())
  const rules = new RouteRules((error) => t.fail(String(error)))
  let asked = 0
  app.addHook('onRequest', async (request) => {
    const { routeOptions } = request
    Object.defineProperty(request, 'routeOptions', {
      get: () => {
        asked += 1
        return routeOptions
      },
    })
    rules.of(request)
  })
  for (const url of ['/one', '/other']) app.get(url, async () => '')
  for (const url of ['/one', '/one', '/other', '/one', '/other']) await app.inject(url)
  t.equal(asked, 2)
})

t.test('a route is known as well where Fastify keeps it somewhere else', (t) => {
  const rules = new RouteRules((error) => t.fail(String(error)))
  const config = {}
  const ask = (url: string, of: object): unknown =>
    rules.of({ routeOptions: { method: 'GET', url, config: of } } as unknown as FastifyRequest)
  t.match(ask('/one', config), { fixed: { flow: 'GET /one' } })
  t.equal(ask('/one', config), ask('/one', config))
  t.match(ask('/other', {}), { fixed: { flow: 'GET /other' } })
  t.end()
})

t.test(
  'a wrong config that came too late for start-up is told of, and counts as none',
  async (t) => {
    const app = fastify()
    t.teardown(() => app.close())
    // Not awaited: the route is declared before the plugin is there.
    app.register(headgate)
    app.get('/', { config: { headgate: { tier: 'vip' as 'critical' } } }, async (request) => {
      return request.headgate?.tier
    })
    await app.ready()
    const errors: unknown[] = []
    app.headgate.subscribe((event) => errors.push(event), ['error'])
    t.equal((await app.inject('/')).body, 'important')
    t.match(errors, [
      {
        source: 'config',
        error: { code: 'HG_ERR_OPTION', message: /^config\.headgate of GET \/: tier/ },
      },
    ])
    await app.inject('/')
    t.equal(errors.length, 1, 'once')
    t.equal(app.headgate.snapshot().malformed, 1)
  },
)

t.test(
  'what routes say is told: at once, and of those that were there before, when they are asked',
  async (t) => {
    const app = fastify()
    t.teardown(() => app.close())
    app.register(headgate)
    app.get('/before', { config: { headgate: { cost: 2 } } }, async () => '')
    await app.after()
    app.post(
      '/orders',
      { config: { headgate: { tier: 'critical', tenant: () => 'x' } } },
      async () => '',
    )
    app.get('/health', { config: { headgate: false } }, async () => '')
    app.get('/silent', async () => '')
    await app.ready()
    const told = {
      'POST /orders': { tier: 'critical', tenant: 'function' },
      'GET /health': { exempt: true },
    }
    t.same(app.headgate.snapshot().routes, told)
    await app.inject('/before')
    await app.inject({ method: 'HEAD', url: '/health' })
    t.same(app.headgate.snapshot().routes, { ...told, 'GET /before': { cost: 2 } })
    t.equal(app.headgate.snapshot().untoldRoutes, 0)
  },
)
