import t from 'tap'
import { RouteRules } from '../../src/index.ts'

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
