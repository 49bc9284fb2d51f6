import t from 'tap'
import { createAdmission, RouteRules } from '../../src/index.ts'

t.test('each route is a flow of its own, and has its rule from the first request on', async (t) => {
  const rules = new RouteRules({ tier: 'critical', cost: 2 })
  const rule = rules.of('GET /a')
  t.match(rule.fixed, { tier: 'critical', cost: 2, flow: 'GET /a' })
  t.equal(rules.of('GET /a'), rule)
  t.match(rules.of('GET /b').fixed, { tier: 'critical', flow: 'GET /b' })
})

t.test('where nobody knows the route, those of one admit share, and no others', async (t) => {
  const rules = new RouteRules({})
  const rule = rules.of(undefined)
  t.equal(rules.of(undefined), rule)
  t.not(new RouteRules({}).of(undefined).fixed.flow, rule.fixed.flow)
})

t.test('names without end take no memory without end', async (t) => {
  const rules = new RouteRules({})
  for (let n = 0; n < 1_000; n += 1) rules.of(`GET /${n}`)
  t.equal(rules.of('GET /one-more'), rules.of(undefined))
  t.equal(rules.of('GET /0').fixed.flow, 'GET /0', 'who came first keeps its own')
})

t.test('an admission hears what its routes say, once for each', async (t) => {
  const admission = createAdmission()
  t.teardown(() => admission.close())
  const rules = new RouteRules({ tier: 'critical', cost: 2 })
  for (const route of ['GET /a (7)', 'GET /a (7)', undefined, undefined]) rules.of(route, admission)
  const { routes } = admission.snapshot()
  t.equal(Object.keys(routes).length, 2)
  t.same(routes['GET /a'], { tier: 'critical', cost: 2 })
  t.ok(Object.keys(routes).some((name) => name.startsWith('admit ')))
  t.doesNotThrow(
    () => rules.of('GET /b', {} as never),
    'one of another version knows nothing of it',
  )
})
