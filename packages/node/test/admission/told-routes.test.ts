import t from 'tap'
import { ToldRoutes } from '../../src/admission/told-routes.ts'

t.test(
  'tells what a route says, by whole names, and nothing of one that says nothing',
  async (t) => {
    const routes = new ToldRoutes()
    routes.add('GET /', {})
    routes.add('GET /silent', { tier: undefined })
    routes.add('POST /orders', {
      tier: 'critical',
      cost: 3,
      tenant: () => 'x',
      coalesce: { ttlMs: 5 },
    })
    routes.add('GET /health', false)
    t.same(routes.all, {
      'POST /orders': { tier: 'critical', cost: 3, tenant: 'function', 'coalesce.ttlMs': 5 },
      'GET /health': { exempt: true },
    })
  },
)

t.test('the first word of a route stands', async (t) => {
  const routes = new ToldRoutes()
  routes.add('GET /', { cost: 1 })
  routes.add('GET /', { cost: 2 })
  t.same(routes.all, { 'GET /': { cost: 1 } })
  t.equal(routes.untold, 0)
})

t.test('is bounded, and counts what is beyond', async (t) => {
  const routes = new ToldRoutes()
  for (let n = 0; n < 1_000; n += 1) routes.add(`GET /${n}`, { cost: n })
  routes.add('GET /0', { cost: 7 })
  t.equal(Object.keys(routes.all).length, 64)
  t.equal(routes.untold, 936)
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`option${n}`, n]))
  const own = new ToldRoutes()
  own.add('x'.repeat(1_000), many)
  const [[name, options] = ['', {}]] = Object.entries(own.all)
  t.same([name.length, Object.keys(options).length], [128, 32])
})
