import type { AddressInfo } from 'node:net'
import { TIERS } from '@headgate/core'
import { SeededRandom } from '@headgate/loadgen'
import { findContestant } from '../contestant/find-contestant.ts'
import type { BenchRoute } from '../host/bench-server.ts'
import { createBenchServer } from '../host/create-server.ts'
import { findWorkload } from '../workload/find-workload.ts'
import { WARM_UP_PATH } from '../workload/warm-up-path.ts'
import { WorkMeter } from '../workload/work-meter.ts'
import type { WorkloadHandler } from '../workload/workload.ts'
import type { ServerMessage, ServerRequest, ServerSettings } from './server-message.ts'
import type { ServerUsage } from './server-usage.ts'
import { stolenMs } from './stolen-ms.ts'

const READ_EVERY_MS = 100
const MAX_READINGS = 10_000
const BACKLOG = 4096
/**
 * As behind a load balancer, which keeps idle connections for a minute, and the same on every host: Fastify has 72 s by
 * itself. With the five seconds of Node most of a generator's thousand are closed and opened again every five seconds; a
 * server takes one in each turn of its loop, and who asks on one of those waits for all before it: that was a percent of
 * the CPU, and the p99 of refusals.
 */
const KEEP_ALIVE_MS = 65_000

/** Run as a process of its own: one contestant under one workload. */
async function serve(settings: ServerSettings): Promise<void> {
  const { host, workload, seed } = settings
  const meter = new WorkMeter()
  const random = new SeededRandom(seed)
  const handlers = findWorkload(workload).createHandlers({ random, meter })
  const routes = Object.entries(handlers).flatMap(([path, handler]) =>
    routesOf(path, counted(handler, meter)),
  )
  const found = findContestant(settings.contestant, host)
  const warmUp: BenchRoute = { path: WARM_UP_PATH, tier: undefined, handler: async () => 'warm' }
  const { server, refuseAll } = await createBenchServer(host, found, [...routes, warmUp])
  server.keepAliveTimeout = KEEP_ALIVE_MS
  const readings = readUsage(meter)
  process.on('message', (request: ServerRequest) => {
    if (request.kind === 'usage') {
      tell({ kind: 'usage', readings: readings() })
      return
    }
    refuseAll?.()
    // Not before all clients are there: a server accepts one connection in each turn of its loop.
    server.once('request', () => work(request.burstMs, meter))
    tell({ kind: 'refusing', can: refuseAll !== undefined })
  })
  server.listen({ host: '127.0.0.1', port: 0, backlog: BACKLOG }, () => {
    tell({ kind: 'ready', port: (server.address() as AddressInfo).port })
  })
}

/** Also for each tenant and each tier: only Fastify and Headgate know them, and only some loads ask for them. */
function routesOf(path: string, handler: WorkloadHandler): readonly BenchRoute[] {
  return [
    { path, tier: undefined, handler },
    { path: `/of/:tenant${path}`, tier: undefined, handler },
    ...TIERS.map((tier) => ({ path: `/${tier}${path}`, tier, handler })),
  ]
}

function counted(handler: WorkloadHandler, meter: WorkMeter): WorkloadHandler {
  return () => {
    meter.onJob()
    return handler()
  }
}

/** As busy as a server that serves all it can: what comes meanwhile is read in batches, as it is under overload. */
function work(burstMs: number, meter: WorkMeter): void {
  if (burstMs === 0) return
  const turn = (): void => {
    meter.spin(burstMs)
    setImmediate(turn)
  }
  turn()
}

/** Readings are kept here and handed over when asked for: a question would wait behind the very load it is about. */
function readUsage(meter: WorkMeter): () => readonly ServerUsage[] {
  const readings: ServerUsage[] = []
  const read = (): void => {
    const { user, system } = process.cpuUsage()
    const atEpochMs = performance.timeOrigin + performance.now()
    const { busyMs, jobs } = meter
    const cpuMs = (user + system) / 1000
    readings.push({ atEpochMs, cpuMs, busyMs, jobs, stolenMs: stolenMs(cpuMs) })
    if (readings.length > MAX_READINGS) readings.shift()
  }
  read()
  setInterval(read, READ_EVERY_MS)
  return () => {
    read()
    return readings
  }
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
