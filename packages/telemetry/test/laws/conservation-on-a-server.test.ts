import { createServer, get } from 'node:http'
import { type AdmissionOptions, createAdmission, wrap } from '@headgate/node'
import { Registry } from 'prom-client'
import t from 'tap'
import { prometheus } from '../../src/prometheus/prometheus.ts'
import { PrintedMetrics } from '../fixtures/printed-metrics.ts'

const CLIENTS = 400
const seed = Number(process.env.HEADGATE_SEED ?? Math.floor(Math.random() * 2 ** 31))
const GATE: AdmissionOptions = { limit: 3, queue: { maxQueued: 12, maxWaitMs: 40 } }

for (const mode of ['enforce', 'shadow'] as const) {
  t.test(`${mode}: whoever came is accounted for, once, seed ${seed}`, async (t) => {
    const { url, came, read } = await serve(t, { ...GATE, mode })
    const random = seeded(seed)
    await Promise.all(Array.from({ length: CLIENTS }, () => visit(url, random)))
    let printed = await read()
    while (printed.sum('headgate_in_flight') + printed.sum('headgate_queued') > 0) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      printed = await read()
    }

    const requests = (outcome: string): number =>
      printed.sum('headgate_requests_total', { outcome })
    const [admitted, rejected] = [requests('admitted'), requests('rejected')]
    t.comment(`${came()} came, ${admitted} admitted, ${rejected} rejected`)
    t.ok(came() > CLIENTS / 10, 'many came as far as the server')
    t.equal(
      admitted + rejected,
      came(),
      'offered = admitted + rejected by reason, cancelled included',
    )
    t.equal(printed.sum('headgate_wait_seconds_count'), admitted, 'each admitted one once')
    t.equal(printed.sum('headgate_service_seconds_count'), admitted, 'and each has ended once')
    if (mode === 'enforce') {
      t.ok(admitted > 0 && rejected > 0, 'both occurred')
      t.equal(printed.sum('headgate_shadow_requests_total'), 0)
    } else {
      t.equal(rejected, 0)
      t.equal(printed.sum('headgate_shadow_requests_total'), came(), 'each with what was not done')
      t.equal(printed.sum('headgate_shadow_in_flight'), 0)
    }
  })
}

async function serve(t: { teardown(end: () => unknown): void }, options: AdmissionOptions) {
  const admission = createAdmission(options)
  const registry = new Registry()
  prometheus(admission, { registry })
  const gate = wrap(
    (request, response) => {
      response.statusCode = request.url === '/fails' ? 503 : 200
      setTimeout(() => response.end('ok'), 5)
    },
    { admission },
  )
  const server = createServer(gate)
  let came = 0
  // Node's own event, before the gate: an account that has nothing to do with ours.
  server.prependListener('request', () => {
    came += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    admission.close()
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as { port: number }
  const read = async () => new PrintedMetrics(await registry.metrics())
  return { url: `http://127.0.0.1:${port}`, came: () => came, read }
}

/** Comes within a quarter of a second; every third leaves before long, wherever it is then. */
async function visit(url: string, random: () => number): Promise<void> {
  const [atMs, kind, leavesAfterMs] = [random() * 250, random(), random() * 30]
  await new Promise((resolve) => setTimeout(resolve, atMs))
  await new Promise<void>((resolve) => {
    const request = get(`${url}/${kind < 0.05 ? 'fails' : ''}`, (response) => {
      response.resume().on('close', resolve)
    })
    request.on('error', () => resolve())
    if (kind > 0.67) setTimeout(() => request.destroy(), leavesAfterMs)
  })
}

/** Park and Miller's: the same visits for the same seed. */
function seeded(from: number): () => number {
  let state = (from % 2_147_483_646) + 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
