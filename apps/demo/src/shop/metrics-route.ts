import { prometheus } from '@headgate/telemetry/prometheus'
import type { FastifyInstance } from 'fastify'
import { Registry } from 'prom-client'

/** `GET /metrics`: a probe, so it is never refused, however overloaded the shop is. */
export function addMetricsRoute(app: FastifyInstance): void {
  const registry = new Registry()
  const telemetry = prometheus(app.headgate, { registry, name: 'shop' })
  app.get('/metrics', async (_request, reply) => {
    reply.type(registry.contentType)
    return registry.metrics()
  })
  app.addHook('onClose', async () => telemetry.stop())
}
