// The process that `ServiceProcess` starts.
import type { FastifyInstance } from 'fastify'
import { buildFront } from './front-service.ts'
import type { ServiceAsk, ServiceOptions, ServiceTells } from './service-process.ts'
import { buildStock } from './stock-service.ts'
import { startTracing } from './tracing.ts'

// When the parent is gone, nobody is left to stop this process.
process.once('disconnect', () => process.exit())

const options = JSON.parse(process.argv[2] ?? '{}') as ServiceOptions
const tracing = options.isTraced ? startTracing(options.name) : undefined

try {
  const { app, count } = await build()
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  process.on('message', (ask: ServiceAsk) => {
    if (ask === 'count') tell({ kind: 'count', count: count() })
    else tell({ kind: 'spans', spans: tracing?.spans() ?? [] })
  })
  tell({ kind: 'listening', url })
} catch (error) {
  tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  process.disconnect?.()
}

async function build(): Promise<{ app: FastifyInstance; count: () => number }> {
  const { withHeadgate, stockUrl } = options
  if (stockUrl === undefined) {
    const { app, arrived } = await buildStock({ withHeadgate, tracing })
    return { app, count: arrived }
  }
  const { app, calls } = await buildFront({ stockUrl, withHeadgate, tracing })
  return { app, count: calls }
}

function tell(message: ServiceTells): void {
  process.send?.(message)
}
