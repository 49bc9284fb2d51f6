import { createServer } from 'node:http'
import { createAdmission, wrap } from '@headgate/node'
import { prometheus } from '@headgate/telemetry/prometheus'
import { Registry } from 'prom-client'
import t from 'tap'
import { printRules } from '../../src/alerts/print-rules.ts'
import { NO_PROMETHEUS, PrometheusServer } from '../../src/alerts/prometheus-server.ts'

const EVERY_MS = 500
/** A minute is five seconds, and the half minute that the alert waits two and a half. */
const SPEED_UP = '12'
const ALERT = 'HeadgateRejecting'

t.test(
  'a real Prometheus fires the alert while requests are refused, and ends it after',
  { skip: NO_PROMETHEUS },
  async (t) => {
    const { url, admission } = await serve(t)
    const rules = [printRules(['--slo', '99.9', '--speed-up', SPEED_UP])]
    const server = await PrometheusServer.start({ targetUrl: url, rules, everyMs: EVERY_MS })
    t.teardown(() => server.stop())
    const clients = setInterval(() => void fetch(url).catch(() => {}), 20)
    t.teardown(() => clearInterval(clients))

    await untilScraped(server, 4)
    t.same(await server.firing(), [], 'all is well')

    const held = admission.tryAcquire({ tier: 'critical' })
    const refusedFromMs = Date.now()
    await untilFiring(server, true)
    if (held.admitted) held.permit.release()
    await untilFiring(server, false)

    const written = await server.written(`ALERTS{alertname="${ALERT}",alertstate="firing"}`, 600)
    t.equal(written.length, 1)
    t.match(written[0]?.labels, { job: 'shop', name: 'test', severity: 'page', speed_up: SPEED_UP })
    const waitedMs = (written[0]?.atMs[0] ?? 0) - refusedFromMs
    t.ok(waitedMs >= 2_500, `it waits first, ${waitedMs} ms, for a spike is no overload`)
  },
)

t.test('rules that make no sense are told of', { skip: NO_PROMETHEUS }, async (t) => {
  const options = { targetUrl: 'http://127.0.0.1:1', rules: ['groups: 7'], everyMs: EVERY_MS }
  await t.rejects(PrometheusServer.start(options), { message: /prometheus ended early/ })
})

/** Whoever comes finds the one permit free, or is refused. */
async function serve(t: { teardown(end: () => unknown): void }) {
  const admission = createAdmission({ limit: 1, queue: false })
  const registry = new Registry()
  prometheus(admission, { registry, name: 'test' })
  const gate = wrap(
    async (request, response) => {
      response.end(request.url === '/metrics' ? await registry.metrics() : 'ok')
    },
    { admission },
  )
  const server = createServer(gate)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    admission.close()
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as { port: number }
  return { url: `http://127.0.0.1:${port}`, admission }
}

/** Bounded by the test's own time. */
async function untilFiring(server: PrometheusServer, fires: boolean): Promise<void> {
  while ((await server.firing()).includes(ALERT) !== fires) await pause()
}

async function untilScraped(server: PrometheusServer, times: number): Promise<void> {
  const scraped = async (): Promise<number> => (await server.written('up', 60))[0]?.atMs.length ?? 0
  while ((await scraped()) < times) await pause()
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 100))
}
