import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import { portOf, until } from '@headgate/conformance'
import fastify from 'fastify'
import t from 'tap'
import { headgate } from '../../src/index.ts'

const WORK_MS = 4
/** Four times what the process can carry, whose whole second holds 250 such jobs. */
const RATE_PER_SECOND = 1_000
const DURATION_MS = 2_000

interface Report {
  readonly sent: number
  readonly statusCodes: Readonly<Record<string, number>>
  readonly errors: readonly string[]
  readonly badRefusals: number
}

/** An open loop on a thread of its own: it sends on schedule, however slow the answers are. */
const CLIENT = `
const { Agent, get } = require('node:http')
const { parentPort, workerData } = require('node:worker_threads')
const { port, ratePerSecond, durationMs } = workerData
const agent = new Agent({ keepAlive: true, maxSockets: 400 })
const report = { sent: 0, statusCodes: {}, errors: [], badRefusals: 0 }
let open = 0
function ask() {
  report.sent += 1
  open += 1
  get({ host: '127.0.0.1', port, path: '/', agent }, (response) => {
    const { statusCode, headers } = response
    report.statusCodes[statusCode] = (report.statusCodes[statusCode] ?? 0) + 1
    if (statusCode !== 200 && !/^([1-9]|[12][0-9]|30)$/.test(headers['retry-after'])) report.badRefusals += 1
    response.resume().on('end', done)
  }).on('error', (error) => { report.errors.push(error.code ?? error.message); done() })
}
function done() {
  open -= 1
  finish()
}
function finish() {
  if (!isOver || open > 0) return
  agent.destroy()
  parentPort.postMessage(report)
}
let isOver = false
const beganMs = performance.now()
const timer = setInterval(() => {
  const elapsedMs = Math.min(performance.now() - beganMs, durationMs)
  while (report.sent < elapsedMs * ratePerSecond / 1000) ask()
  if (elapsedMs < durationMs) return
  clearInterval(timer)
  isOver = true
  finish()
}, 2)
`

t.test('at four times what it can carry, everybody gets a 200 or an honest 503', async (t) => {
  const app = fastify({ forceCloseConnections: true })
  t.teardown(() => app.close())
  await app.register(headgate)
  app.get('/', (_request, reply) => {
    const untilMs = performance.now() + WORK_MS
    while (performance.now() < untilMs);
    reply.send('done')
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const client = new Worker(CLIENT, {
    eval: true,
    workerData: { port: portOf(app), ratePerSecond: RATE_PER_SECOND, durationMs: DURATION_MS },
  })
  const [report] = (await once(client, 'message')) as [Report]
  await client.terminate()
  t.comment(JSON.stringify(report))
  const { '200': served = 0, '503': refused = 0, ...others } = report.statusCodes
  t.same(report.errors, [])
  t.same(others, {})
  t.equal(served + refused, report.sent, 'everybody was answered')
  t.ok(served > 0, `${served} were served`)
  t.ok(refused > 0, `${refused} were refused`)
  t.equal(report.badRefusals, 0, 'each refusal said when to come back')
  await until('no permit is in use', () => app.headgate.snapshot().inFlight === 0)
  const { queued, admitted, rejected } = app.headgate.snapshot()
  t.equal(queued, 0)
  t.equal(admitted.important, served)
  t.equal(
    Object.values(rejected.important).reduce((sum, count) => sum + count, 0),
    refused,
  )
})
