import type { AddressInfo } from 'node:net'
import { TIERS, type Tier } from '@headgate/core'
import { SeededRandom } from '@headgate/loadgen'
import fastify, { type FastifyInstance, type RouteShorthandOptions } from 'fastify'
import { findContestant } from '../contestant/find-contestant.ts'
import { findWorkload } from '../workload/find-workload.ts'
import { WorkMeter } from '../workload/work-meter.ts'
import type { WorkloadHandler } from '../workload/workload.ts'
import { HOLD_PATH, type ServerMessage, type ServerSettings } from './server-message.ts'
import type { ServerUsage } from './server-usage.ts'
import { stolenMs } from './stolen-ms.ts'

const READ_EVERY_MS = 100
const MAX_READINGS = 10_000

/** Run as a process of its own: one contestant under one workload. */
async function serve(settings: ServerSettings): Promise<void> {
  const meter = new WorkMeter()
  const app = fastify({ logger: false })
  const { contestant, parameter } = findContestant(settings.contestant)
  await contestant.register(app, parameter)
  const random = new SeededRandom(settings.seed)
  const handlers = findWorkload(settings.workload).createHandlers({ random, meter })
  for (const [path, handler] of Object.entries(handlers))
    addRoutes(app, path, counted(handler, meter))
  app.get(HOLD_PATH, inTier('critical'), () => new Promise(() => {}))
  await app.listen({ host: '127.0.0.1', port: 0, backlog: 4096 })
  reportUsage(meter)
  tell({ kind: 'ready', port: (app.server.address() as AddressInfo).port })
}

function addRoutes(app: FastifyInstance, path: string, handler: WorkloadHandler): void {
  app.get(path, handler)
  app.get(`/of/:tenant${path}`, handler)
  for (const tier of TIERS) app.get(`/${tier}${path}`, inTier(tier), handler)
}

/** Read by Headgate only. */
function inTier(tier: Tier): RouteShorthandOptions {
  return { config: { headgate: { tier } } }
}

function counted(handler: WorkloadHandler, meter: WorkMeter): WorkloadHandler {
  return () => {
    meter.onJob()
    return handler()
  }
}

/** Readings are kept here and handed over when asked for: a question would wait behind the very load it is about. */
function reportUsage(meter: WorkMeter): void {
  const readings: ServerUsage[] = []
  const read = (): void => {
    const { user, system } = process.cpuUsage()
    const atEpochMs = performance.timeOrigin + performance.now()
    const { busyMs, jobs } = meter
    const cpuMs = (user + system) / 1000
    readings.push({ atEpochMs, cpuMs, busyMs, jobs, stolenMs: stolenMs() })
    if (readings.length > MAX_READINGS) readings.shift()
  }
  read()
  setInterval(read, READ_EVERY_MS)
  process.on('message', () => {
    read()
    tell({ kind: 'usage', readings })
  })
}

function tell(message: ServerMessage): void {
  // Whoever started this process may be gone already.
  if (process.connected) process.send?.(message)
}

process.once('disconnect', () => process.exit())
serve(JSON.parse(process.argv[2] ?? '{}') as ServerSettings).catch((error: unknown) => {
  tell({ kind: 'failed', error: error instanceof Error ? error.message : String(error) })
  process.exitCode = 1
  process.disconnect()
})
