import type { Admission } from '@headgate/node'
import type { Contestant, FastifyGuard } from './contestant.ts'

/** Three times as often as is usual for Prometheus, and twelve times for OpenTelemetry. */
const COLLECT_EVERY_MS = 5_000

/** What watches an admission. */
type Watch = (admission: Admission) => Promise<void>

export const headgatePrometheus: Contestant = watched('headgate-prometheus', watchByPrometheus)

export const headgateOtel: Contestant = watched('headgate-otel', watchByOtel)

export const headgateTelemetry: Contestant = watched('headgate-telemetry', async (admission) => {
  await watchByPrometheus(admission)
  await watchByOtel(admission)
})

function watched(name: string, watch: Watch): Contestant {
  return {
    name,
    about: 'Headgate with no options, and what tells its metrics and traces',
    fastify: async (): Promise<FastifyGuard> => {
      const { headgate } = await import('@headgate/fastify')
      return {
        register: async (app) => {
          await app.register(headgate)
          await watch(app.headgate)
        },
      }
    },
    node: async () => {
      const { createAdmission, wrap } = await import('@headgate/node')
      const admission = createAdmission()
      await watch(admission)
      return { wrap: (listener) => wrap(listener, { admission }) }
    },
  }
}

async function watchByPrometheus(admission: Admission): Promise<void> {
  const { prometheus } = await import('@headgate/telemetry/prometheus')
  const { Registry } = await import('prom-client')
  const registry = new Registry()
  prometheus(admission, { registry })
  setInterval(() => void registry.metrics(), COLLECT_EVERY_MS)
}

/** The SDK as it is with its defaults: every span is sampled and batched. Nothing is sent anywhere. */
async function watchByOtel(admission: Admission): Promise<void> {
  const { opentelemetry } = await import('@headgate/telemetry/opentelemetry')
  const metrics = await import('@opentelemetry/sdk-metrics')
  const trace = await import('@opentelemetry/sdk-trace-base')
  const reader = new metrics.PeriodicExportingMetricReader({
    exporter: {
      export: (_metrics, done) => done({ code: 0 }),
      forceFlush: async () => {},
      shutdown: async () => {},
    },
    exportIntervalMillis: COLLECT_EVERY_MS,
  })
  const meters = new metrics.MeterProvider({ readers: [reader] })
  const exporter = {
    export: (_spans: unknown, done: (result: { code: number }) => void) => done({ code: 0 }),
    shutdown: async () => {},
  }
  const tracers = new trace.BasicTracerProvider({
    spanProcessors: [new trace.BatchSpanProcessor(exporter)],
  })
  opentelemetry(admission, {
    meter: meters.getMeter('bench'),
    tracer: tracers.getTracer('bench'),
  })
}
