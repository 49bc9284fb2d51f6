import { createAdmission, FixedLimit } from '@headgate/node'
import { AggregatorRegistry, Counter, Registry } from 'prom-client'
import t from 'tap'
import { CATALOG } from '../../src/catalog.ts'
import { prometheus } from '../../src/prometheus/prometheus.ts'
import { NO_PROMTOOL, promtool } from '../promtool.ts'

type Teardown = { teardown(end: () => unknown): void }

t.test('tells decisions by tier, pool, outcome and reason', async (t) => {
  const admission = open(t, { limit: 1, queue: false, pools: { reports: {} } })
  const registry = new Registry()
  prometheus(admission, { registry })
  const held = admission.tryAcquire({ tier: 'critical' })
  admission.tryAcquire({ tier: 'optional', tenant: 'somebody' })
  const text = await registry.metrics()
  t.match(
    text,
    'headgate_requests_total{tier="critical",pool="default",outcome="admitted",reason="",name="default"} 1',
  )
  t.match(
    text,
    'headgate_requests_total{tier="optional",pool="default",outcome="rejected",reason="full",name="default"} 1',
  )
  t.match(text, 'headgate_in_flight{pool="default",name="default"} 1')
  t.match(text, 'headgate_pool_most{pool="reports",name="default"}')
  t.match(text, 'headgate_limit{name="default"} 1')
  t.match(text, 'headgate_mode{mode="enforce",name="default"} 1')
  t.notMatch(text, 'somebody', 'a tenant is never a label')
  if (held.admitted) held.permit.release('success')
  const after = await registry.metrics()
  t.match(
    after,
    'headgate_service_seconds_count{tier="critical",pool="default",outcome="success",name="default"} 1',
  )
  t.match(
    after,
    'headgate_wait_seconds_bucket{tier="critical",pool="default",name="default",le="+Inf"} 1',
  )
})

t.test('tells nothing that is not in the catalogue, and labels as it says', async (t) => {
  const admission = open(t, { limit: 1, queue: false, mode: 'shadow' })
  const registry = new Registry()
  prometheus(admission, { registry })
  for (let count = 0; count < 3; count += 1) {
    const decision = admission.tryAcquire()
    if (decision.admitted) setImmediate(() => decision.permit.release('success'))
  }
  await new Promise((resolve) => setTimeout(resolve, 10))
  const known = new Map(CATALOG.map((metric) => [metric.name, metric]))
  for (const { name, values } of await registry.getMetricsAsJSON()) {
    const metric = known.get(name)
    t.ok(metric, name)
    for (const { labels } of values) {
      const extra = Object.keys(labels).filter(
        (label) => !['name', 'le', ...(metric?.labels ?? [])].includes(label),
      )
      t.same(extra, [], `${name} has no other label`)
    }
  }
})

t.test('two admissions share one registry under names of their own', async (t) => {
  const registry = new Registry()
  const [first, second] = [open(t, { limit: 3 }), open(t, { limit: 5 })]
  prometheus(first, { registry, name: 'api' })
  t.throws(() => prometheus(second, { registry, name: 'api' }), {
    code: 'HG_ERR_OPTION',
    option: 'name',
    message: /another than that of the admission that is in this registry already/,
  })
  prometheus(second, { registry, name: 'admin' })
  const text = await registry.metrics()
  t.match(text, 'headgate_limit{name="api"} 3')
  t.match(text, 'headgate_limit{name="admin"} 5')
})

t.test('what was cleared out of a registry may come back', async (t) => {
  const registry = new Registry()
  const first = prometheus(open(t, { limit: 3 }), { registry })
  registry.clear()
  prometheus(open(t, { limit: 5 }), { registry })
  first.stop()
  const text = await registry.metrics()
  t.match(text, 'headgate_limit{name="default"} 5')
  t.match(text, 'headgate_heap_used_bytes')
})

t.test('what was cleared listens no more', async (t) => {
  const registry = new Registry()
  const admission = open(t, { limit: 3 })
  let recorders = 0
  const observed = {
    poolNames: admission.poolNames,
    snapshot: () => admission.snapshot(),
    subscribe: () => () => {},
    recordDurations: () => {
      recorders += 1
      return () => {
        recorders -= 1
      }
    },
  }
  prometheus(observed, { registry })
  registry.clear()
  prometheus(observed, { registry })
  t.equal(recorders, 1)
})

t.test('a cluster has one mode and no sum of ratios', async (t) => {
  const worker = async (): Promise<object[]> => {
    const registry = new Registry()
    prometheus(open(t, { limit: 3 }), { registry })
    return await registry.getMetricsAsJSON()
  }
  const metrics = [await worker(), await worker()]
  const text = await AggregatorRegistry.aggregate(metrics).metrics()
  t.match(text, 'headgate_limit{name="default"} 6')
  t.match(text, 'headgate_mode{mode="enforce",name="default"} 1')
  const value = /^headgate_event_loop_utilization_ratio (\S+)$/m.exec(text)?.[1]
  t.ok(Number(value) <= 1, `${value}`)
})

t.test('a registry with a clashing name is told of, and stays as it was', async (t) => {
  const registry = new Registry()
  new Counter({ name: 'headgate_limit', help: 'of somebody else', registers: [registry] })
  t.throws(() => prometheus(open(t), { registry }), {
    code: 'HG_ERR_OPTION',
    option: 'registry',
    message: /headgate_limit/,
  })
  t.equal(registry.getMetricsAsArray().length, 1)
})

t.test('what makes no sense is told of', async (t) => {
  const registry = new Registry()
  const admission = open(t)
  const wrong: [unknown, unknown, string][] = [
    [admission, { registry: {} }, 'registry'],
    [admission, {}, 'registry'],
    [admission, { registry, name: '' }, 'name'],
    [admission, { registry, nmae: 'a' }, 'options'],
    [{}, { registry }, 'observed'],
    [null, { registry }, 'observed'],
  ]
  for (const [observed, options, option] of wrong) {
    t.throws(() => prometheus(observed as never, options as never), {
      code: 'HG_ERR_OPTION',
      option,
    })
  }
})

t.test('a limit of the user that throws costs a scrape its values, and is counted', async (t) => {
  class BrokenLimit extends FixedLimit {
    override snapshot(): never {
      throw new Error('broken')
    }
  }
  const registry = new Registry()
  const admission = open(t, { limit: new BrokenLimit(2) })
  prometheus(admission, { registry })
  t.match(
    await registry.metrics(),
    'headgate_telemetry_errors_total{kind="admission",name="default"} 1',
  )
  t.equal(admission.tryAcquire().admitted, true, 'the service is untouched')
})

t.test('stop takes everything out again, and what others share stays', async (t) => {
  const registry = new Registry()
  const first = prometheus(open(t), { registry, name: 'a' })
  const second = prometheus(open(t), { registry, name: 'b' })
  first.stop()
  const text = await registry.metrics()
  t.notMatch(text, 'name="a"')
  t.match(text, 'headgate_limit{name="b"}')
  second.stop()
  second.stop()
  t.equal(await registry.metrics(), '\n')
  prometheus(open(t), { registry, name: 'a' }).stop()
})

t.test('prints OpenMetrics as well', async (t) => {
  const registry = new Registry<'application/openmetrics-text; version=1.0.0; charset=utf-8'>()
  registry.setContentType('application/openmetrics-text; version=1.0.0; charset=utf-8')
  const admission = open(t)
  prometheus(admission, { registry })
  admission.tryAcquire()
  for (let scrape = 0; scrape < 2; scrape += 1) {
    const text = await registry.metrics()
    t.match(text, /^headgate_requests_total\{tier="important",.*\} 1$/m)
    t.notMatch(text, '_total_total')
  }
})

t.test('promtool finds nothing wrong with the metrics', { skip: NO_PROMTOOL }, async (t) => {
  const registry = new Registry()
  const admission = open(t, { limit: 1, queue: false })
  prometheus(admission, { registry })
  const held = admission.tryAcquire()
  admission.tryAcquire()
  if (held.admitted) held.permit.release('success')
  const { status, output } = promtool(['check', 'metrics'], await registry.metrics())
  t.equal(output, '')
  t.equal(status, 0)
})

function open(
  t: Teardown,
  options: Parameters<typeof createAdmission>[0] = {},
): ReturnType<typeof createAdmission> {
  const admission = createAdmission(options)
  t.teardown(() => admission.close())
  return admission
}
