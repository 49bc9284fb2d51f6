import { createClient } from '@headgate/client'
import { Registry } from 'prom-client'
import t from 'tap'
import { prometheus } from '../../src/prometheus/prometheus.ts'
import { listen } from '../fixtures/listen.ts'

t.test('a breaker that opened for less than a scrape is seen in how often it has', async (t) => {
  const origin = await listen(t, (request) => request.socket.destroy())
  const client = createClient({ origin, breaker: { maxConsecutive: 1 }, retry: false })
  t.teardown(() => client.close())
  const registry = new Registry()
  prometheus(client, { registry })
  const opened = `headgate_client_breaker_opened_total{upstream="${origin}",name="default"}`
  await t.rejects(client.fetch('/'))
  await t.rejects(client.fetch('/'), { code: 'HG_ERR_BREAKER_OPEN' })
  t.match(await registry.metrics(), `${opened} 1\n`)
})

t.test('where no breaker is, none has opened and none is told of', async (t) => {
  const client = createClient({ origin: 'http://prices.internal', breaker: false })
  t.teardown(() => client.close())
  const registry = new Registry()
  prometheus(client, { registry })
  t.notMatch(await registry.metrics(), 'headgate_client_breaker_opened_total{')
})
