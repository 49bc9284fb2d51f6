import { createClient } from '@headgate/client'
import { createAdmission, RouteRules, wrap } from '@headgate/node'
import { Registry } from 'prom-client'
import t from 'tap'
import { prometheus } from '../../src/prometheus/prometheus.ts'

t.test('every option of an admission and its host is a gauge or an info metric', async (t) => {
  const admission = createAdmission({ queue: { maxWaitMs: 70, order: 'fifo' } })
  t.teardown(() => admission.close())
  wrap(() => {}, { admission, tenant: () => 'somebody', context: true })
  const registry = new Registry()
  prometheus(admission, { registry })
  const text = await registry.metrics()
  t.match(text, 'headgate_option{option="queue.maxWaitMs",name="default"} 70')
  t.match(text, 'headgate_option{option="queue.codel",name="default"} 0')
  t.match(text, 'headgate_option{option="context",name="default"} 1')
  t.match(text, 'headgate_option_info{option="queue.order",value="fifo",name="default"} 1')
  t.match(text, 'headgate_option_info{option="limit",value="adaptive",name="default"} 1')
  t.match(text, 'headgate_option_info{option="tenant",value="function",name="default"} 1')
  t.notMatch(text, 'somebody')
  const told = text.match(/^headgate_option(?:_info)?\{/gm) ?? []
  t.equal(told.length, Object.keys(admission.snapshot().options).length, 'all of them')
  admission.update({ queue: { maxWaitMs: 5 }, mode: 'shadow' })
  const after = await registry.metrics()
  t.match(after, 'headgate_option{option="queue.maxWaitMs",name="default"} 5')
  t.match(after, 'headgate_option_info{option="mode",value="shadow",name="default"} 1')
})

t.test('and every option of a client', async (t) => {
  const client = createClient({ origin: 'http://prices.internal', hedge: true, breaker: true })
  t.teardown(() => client.close())
  const registry = new Registry()
  prometheus(client, { registry })
  const text = await registry.metrics()
  t.match(text, 'headgate_client_option{option="retry.budget.creditRatio",name="default"} 0.2')
  t.match(text, 'headgate_client_option{option="hedge.delay.quantile",name="default"} 0.97')
  t.match(text, 'headgate_client_option{option="dedupe",name="default"} 0')
  t.match(
    text,
    'headgate_client_option_info{option="breaker.slowCallMs",value="Infinity",name="default"} 1',
  )
  const told = text.match(/^headgate_client_option(?:_info)?\{/gm) ?? []
  t.equal(told.length, Object.keys(client.stats().options).length, 'all of them')
})

t.test('and what single routes say, up to a bound', async (t) => {
  const admission = createAdmission()
  t.teardown(() => admission.close())
  const rules = new RouteRules({ tier: 'critical', cost: 3, tenant: () => 'somebody' })
  for (let n = 0; n < 70; n += 1) rules.of(`GET /${n}`, admission)
  const registry = new Registry()
  prometheus(admission, { registry })
  const text = await registry.metrics()
  t.match(text, 'headgate_route_option{route="GET /7",option="cost",name="default"} 3')
  const info = 'headgate_route_option_info{route="GET /7",option='
  t.match(text, `${info}"tier",value="critical",name="default"} 1`)
  t.match(text, `${info}"tenant",value="function",name="default"} 1`)
  t.notMatch(text, 'GET /64')
  t.match(text, 'headgate_telemetry_dropped_total{what="routes",kind="admission",name="default"} 6')
})
