import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net'
import t, { type Test } from 'tap'
import type { LoadOptions } from '../src/load-options.ts'
import type { LoadOutcomes, LoadReport } from '../src/load-report.ts'
import { runLoad } from '../src/run-load.ts'

const HUNDRED = [{ name: 'a', ratePerSecond: 500, durationMs: 200 }]
/** Counts only, and a patience no slow machine exceeds by accident. */
const CALM = { arrivals: 'constant', connections: 20, timeoutMs: 20_000, spin: false } as const

async function serve(test: Test, listener: RequestListener): Promise<string> {
  return await listen(test, createServer(listener))
}

async function listen(test: Test, server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve())
  })
  test.teardown(() => {
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function load(url: string, options: Partial<LoadOptions> = {}): Promise<LoadReport> {
  return await runLoad({ url, phases: HUNDRED, ...CALM, maxLagMs: 10_000, ...options })
}

function total(report: LoadReport): LoadOutcomes {
  return report.phases[0]?.total as LoadOutcomes
}

t.test('counts what is served, each request once', async (t) => {
  let seen = 0
  const url = await serve(t, (_, response) => {
    seen += 1
    response.end('hello')
  })
  const report = await load(url)
  t.match(total(report), { offered: 100, sent: 100, served: 100, rejected: 0, late: 0, errors: 0 })
  t.equal(seen, 100)
  t.equal(total(report).servedMs.count, 100)
  t.equal(total(report).goodputPerSecond, 500)
  t.equal(report.phases[0]?.lag.count, 100)
  t.equal(report.connectFailures, 0)
})

t.test('keeps phases, targets and moments apart', async (t) => {
  const url = await serve(t, (request, response) => {
    response.statusCode = request.url === '/bad' ? 429 : 200
    response.end()
  })
  const report = await load(url, {
    phases: [
      { name: 'a', ratePerSecond: 100, durationMs: 300 },
      { name: 'b', ratePerSecond: 500, durationMs: 200 },
    ],
    targets: [
      { name: 'good', path: '/' },
      { name: 'bad', weight: 2, path: '/bad' },
    ],
  })
  t.same(
    report.phases.map(({ name, startMs, total }) => [name, startMs, total.offered]),
    [
      ['a', 0, 30],
      ['b', 300, 100],
    ],
  )
  t.same(
    report.series.map(({ offered }) => offered),
    [10, 10, 10, 50, 50],
  )
  for (const { total, targets } of report.phases) {
    const { good, bad } = targets as Record<string, LoadOutcomes>
    t.equal(good?.served, good?.offered)
    t.equal(bad?.rejected, bad?.offered)
    t.equal((good?.offered ?? 0) + (bad?.offered ?? 0), total.offered)
    t.same(total.rejectedByStatus, { 429: total.rejected })
  }
  const sum = (name: 'served' | 'rejected'): number =>
    report.series.reduce((all, bin) => all + bin[name], 0)
  t.equal(sum('served') + sum('rejected'), 130)
})

t.test('reads why a request was rejected and when to come back', async (t) => {
  let seen = 0
  const url = await serve(t, (_, response) => {
    seen += 1
    const reason = seen % 4 === 0 ? 'full' : 'shed'
    response.writeHead(503, { 'retry-after': String(seen % 5), 'x-kind': 'y' })
    response.end(seen % 2 === 0 ? JSON.stringify({ title: 'Overloaded', reason }) : 'no')
  })
  const outcomes = total(await load(url, { countHeader: 'X-Kind' }))
  t.equal(outcomes.rejected, 100)
  t.same(outcomes.rejectedByReason, { unknown: 50, full: 25, shed: 25 })
  t.same(outcomes.retryAfterS, { min: 0, max: 4 })
  t.equal(outcomes.rejectedMs.count, 100)
  t.same(outcomes.headerValues, {}, 'counted over served requests only')
})

t.test('counts the values of a header', async (t) => {
  let seen = 0
  const url = await serve(t, (_, response) => {
    seen += 1
    response.writeHead(200, { 'x-kind': seen % 2 === 0 ? 'full' : 'degraded' })
    response.end()
  })
  const outcomes = total(await load(url, { countHeader: 'X-Kind' }))
  t.same(outcomes.headerValues, { degraded: 50, full: 50 })
})

t.test('counts other statuses and broken connections as errors', async (t) => {
  const url = await serve(t, (request, response) => {
    if (request.url === '/status') response.writeHead(500).end()
    else if (request.url === '/reset') request.socket.resetAndDestroy()
    else request.socket.end('nonsense\r\n\r\n')
  })
  const report = await load(url, {
    targets: ['status', 'reset', 'broken'].map((name) => ({ name, path: `/${name}` })),
  })
  const { status, reset, broken } = report.phases[0]?.targets ?? {}
  t.same(status?.errorsByCode, { 'status-500': status?.offered })
  t.same(reset?.errorsByCode, { ECONNRESET: reset?.offered })
  t.same(broken?.errorsByCode, { protocol: broken?.offered })
})

t.test('goes on when the server closes after each answer', async (t) => {
  const url = await serve(t, (_, response) => {
    response.writeHead(200, { connection: 'close' }).end('bye')
  })
  t.match(total(await load(url, { connections: 2 })), { served: 100, errors: 0 })
})

t.test('leaves after its patience and takes a new connection', async (t) => {
  let onAborted: () => void = () => {}
  const aborted = new Promise<void>((resolve) => {
    onAborted = resolve
  })
  const url = await serve(t, (_, response) => {
    response.on('close', onAborted)
  })
  const outcomes = total(await load(url, { connections: 100, timeoutMs: 50 }))
  t.match(outcomes, { offered: 100, served: 0, rejected: 0, errors: 0 })
  t.equal(outcomes.late, outcomes.sent)
  t.equal(outcomes.late + outcomes.unsent, 100)
  t.ok(outcomes.late > 0)
  // It may still be on its way through the kernel.
  await aborted
})

t.test('has the client wait for a connection, at most one request on each', async (t) => {
  let inFlight = 0
  let most = 0
  const url = await serve(t, (_, response) => {
    inFlight += 1
    most = Math.max(most, inFlight)
    setTimeout(() => {
      inFlight -= 1
      response.end()
    }, 5)
  })
  const outcomes = total(await load(url, { connections: 3 }))
  t.equal(outcomes.served, 100)
  t.equal(most, 3)
})

t.test('sends bodies, and takes none after HEAD', async (t) => {
  const bodies = new Set<string>()
  const url = await serve(t, async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    bodies.add(`${request.method} ${body}`)
    response.end('hello')
  })
  const report = await load(url, {
    targets: [
      { name: 'post', method: 'POST', path: '/', body: '{"a":1}' },
      { name: 'head', method: 'HEAD', path: '/' },
    ],
  })
  t.equal(total(report).served, 100)
  t.same([...bodies].sort(), ['HEAD ', 'POST {"a":1}'])
})

t.test('marks a run invalid in which the generator itself was late', async (t) => {
  const url = await serve(t, (_, response) => {
    // Same process, so the work of the server delays the generator.
    const until = performance.now() + 5
    while (performance.now() < until);
    response.end()
  })
  const report = await load(url, { maxLagMs: 1 })
  t.equal(report.valid, false)
  t.match(report.invalidReasons, [/^a: .* lag of .* ms is above 1 ms$/])
})

t.test('reports progress', async (t) => {
  const url = await serve(t, (_, response) => response.end())
  const phases: string[] = []
  await load(url, {
    phases: [
      { name: 'a', ratePerSecond: 100, durationMs: 700 },
      { name: 'b', ratePerSecond: 100, durationMs: 700 },
    ],
    onProgress: ({ phase, offered, served, totalMs }) => {
      phases.push(phase)
      t.ok(offered >= served && totalMs === 1400)
    },
  })
  t.ok(phases.includes('a') && phases.includes('b'), String(phases))
})

t.test('rejects when nobody listens', async (t) => {
  const server = createSocketServer()
  const url = await listen(t, server)
  await new Promise((resolve) => {
    server.close(resolve)
  })
  await t.rejects(load(url), { message: /no connection to .*ECONNREFUSED/ })
})

t.test('goes on, counting, when the server goes away', async (t) => {
  const server = createServer((_, response) => response.end())
  const url = await listen(t, server)
  const phases = [
    { name: 'up', ratePerSecond: 100, durationMs: 300 },
    { name: 'down', ratePerSecond: 100, durationMs: 300 },
  ]
  let seen = 0
  server.on('request', () => {
    seen += 1
    if (seen < 30) return
    server.close()
    server.closeAllConnections()
  })
  const report = await load(url, { phases, timeoutMs: 300 })
  t.equal(report.phases[1]?.total.served, 0)
  t.equal(report.phases[1]?.total.offered, 30)
  t.ok(report.connectFailures > 0)
})
