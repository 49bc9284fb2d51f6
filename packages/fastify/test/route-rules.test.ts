import fastify from 'fastify'
import t from 'tap'
import { RouteRules } from '../src/route-rules.ts'

t.test('a route is a flow of its own, and its rule is made once', async (t) => {
  const app = fastify()
  t.teardown(() => app.close())
  const rules = new RouteRules()
  const seen: unknown[] = []
  app.addHook('onRequest', async ({ routeOptions }) => seen.push(rules.of(routeOptions)))
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
