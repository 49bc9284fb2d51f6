import t from 'tap'
import { checkRouteOptions, createRouteRule } from '../../src/http/route-options.ts'

t.test('says what is wrong, naming the route', async (t) => {
  const check = (options: object, message: string): void => {
    t.throws(() => checkRouteOptions('GET /a', options, ['search', 'default']), {
      code: 'HG_ERR_OPTION',
      message,
    })
  }
  check(
    { teir: 'critical' },
    'GET /a must be made of tier, tenant, pool, cost, deadlineMs, coalesce, got "teir"',
  )
  check({ tenant: 5 }, 'GET /a: tenant must be a string or a function, got 5')
  check({ tenant: null }, 'GET /a: tenant must be a string or a function, got null')
  check({ pool: 'x' }, 'GET /a: pool must be one of "search", "default", got "x"')
  check({ pool: null }, 'GET /a: pool must be one of "search", "default", got null')
  check({ cost: 0 }, 'GET /a: cost must be an integer from 1, got 0')
  check({ cost: 1.5 }, 'GET /a: cost must be an integer from 1, got 1.5')
  check({ cost: Number.NaN }, 'GET /a: cost must be an integer from 1, got NaN')
  check({ cost: '2' }, 'GET /a: cost must be an integer from 1 or a function, got "2"')
  check({ deadlineMs: 0 }, 'GET /a: deadlineMs must be a number above 0, got 0')
})

t.test('without an admission at hand, any name of a pool passes', async (t) => {
  t.doesNotThrow(() => checkRouteOptions('admit', { pool: 'x' }))
  t.throws(() => checkRouteOptions('admit', { pool: 5 }), {
    message: 'admit: pool must be a string or a function, got 5',
  })
})

t.test('what is the same for all requests of a route is made once', async (t) => {
  const cost = (): number => 2
  const rule = createRouteRule({ tier: 'critical', tenant: 'acme', pool: 'db', cost }, 'GET /a')
  const fixed = { tier: 'critical', tenant: 'acme', pool: 'db', flow: 'GET /a' }
  t.match(rule, { fixed, cost, asksNothing: false })
  t.match(createRouteRule({ pool: 'db' }), { asksNothing: true })
  t.equal(rule.tenant, undefined)
  t.equal(rule.fixed.cost, undefined)
})
