import fastify from 'fastify'
import t from 'tap'
import { headgate } from '../src/index.ts'
import { checkRouteConfig } from '../src/route-config.ts'

const POOLS = ['search', 'default']

t.test(
  'what is wrong with a route is said at start-up, naming route, option and what was given',
  async (t) => {
    const check = (config: unknown, message: string): void => {
      t.throws(() => checkRouteConfig('GET /orders', config, POOLS), {
        code: 'HG_ERR_OPTION',
        message,
      })
    }
    check(
      { tier: 'vip' },
      'config.headgate of GET /orders: tier must be one of "critical", "important", "optional", "opportunistic", got "vip"',
    )
    check(
      { tier: null },
      'config.headgate of GET /orders: tier must be one of "critical", "important", "optional", "opportunistic", got null',
    )
    check(
      { deadlineMs: 0 },
      'config.headgate of GET /orders: deadlineMs must be a number above 0, got 0',
    )
    check(
      { deadlineMs: '100' },
      'config.headgate of GET /orders: deadlineMs must be a number above 0, got "100"',
    )
    check(
      { teir: 'critical' },
      'config.headgate of GET /orders must be made of tier, tenant, pool, cost, deadlineMs, coalesce, got "teir"',
    )
    check(
      { pool: 'serach' },
      'config.headgate of GET /orders: pool must be one of "search", "default", got "serach"',
    )
    check(true, 'config.headgate of GET /orders must be an object or false, got true')
    check('critical', 'config.headgate of GET /orders must be an object or false, got "critical"')
    check(null, 'config.headgate of GET /orders must be an object or false, got null')
    check([], 'config.headgate of GET /orders must be an object, got an array')
  },
)

t.test('what is right passes', async (t) => {
  for (const config of [
    undefined,
    false,
    {},
    { tier: 'critical' },
    { tier: undefined, deadlineMs: undefined },
    { tier: 'opportunistic', deadlineMs: 0.5 },
    { tenant: 'acme', cost: 3, pool: 'search' },
    { tenant: () => undefined, cost: () => 1, pool: () => 'anything' },
  ]) {
    t.doesNotThrow(() => checkRouteConfig('GET /', config, POOLS))
  }
})

t.test('adding the route throws', async (t) => {
  const app = fastify()
  t.teardown(() => app.close())
  await app.register(headgate)
  t.throws(
    () => app.get('/a', { config: { headgate: { tier: 'vip' as 'critical' } } }, async () => ''),
    {
      code: 'HG_ERR_OPTION',
      message: /^config\.headgate of GET \/a: tier must be one of .*got "vip"$/,
    },
  )
  t.throws(
    () =>
      app.route({
        method: ['PUT', 'POST'],
        url: '/b',
        config: { headgate: { deadlineMs: -1 } },
        handler: async () => '',
      }),
    { message: /^config\.headgate of PUT,POST \/b: deadlineMs .*got -1$/ },
  )
})

t.test('a wrong route in a plugin keeps the app from starting', async (t) => {
  const app = fastify()
  t.teardown(() => app.close())
  app.register(headgate)
  app.register(
    async (child) => {
      child.get('/c', { config: { headgate: { tier: 5 as never } } }, async () => '')
    },
    { prefix: '/api' },
  )
  await t.rejects(async () => app.ready(), {
    code: 'HG_ERR_OPTION',
    message: /^config\.headgate of GET \/api\/c: tier .*got 5$/,
  })
})
