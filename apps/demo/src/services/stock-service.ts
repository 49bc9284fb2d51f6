import { headgate } from '@headgate/fastify'
import { opentelemetry } from '@headgate/telemetry/opentelemetry'
import { type FastifyInstance, fastify } from 'fastify'
import { ConnectionPool } from '../database/connection-pool.ts'
import type { Tracing } from './tracing.ts'

const WORKERS = 4
const WORK_MS = 20

/** What the stock service can carry, by its own work. */
export const STOCK_PER_SECOND: number = (WORKERS * 1000) / WORK_MS

export interface StockOptions {
  readonly withHeadgate: boolean
  readonly tracing?: Tracing | undefined
}

export interface StockService {
  readonly app: FastifyInstance
  /** Requests that came in so far, those that were refused included. */
  readonly arrived: () => number
}

/**
 * The second service: how many of a product are left. Four workers, 20 ms a piece of work, and a queue without
 * bound, as most drivers have.
 */
export async function buildStock(options: StockOptions): Promise<StockService> {
  const { withHeadgate, tracing } = options
  const workers = new ConnectionPool(Array.from({ length: WORKERS }, (_, index) => index))
  const app = fastify()
  let arrived = 0
  app.addHook('onRequest', async () => {
    arrived += 1
  })
  // Its callers are our own services: what they say of deadline, tier and attempt is believed.
  if (withHeadgate) await app.register(headgate, { trust: () => true, context: true })
  if (withHeadgate && tracing !== undefined) {
    const telemetry = opentelemetry(app.headgate, {
      tracer: tracing.tracer,
      name: 'stock',
      maxTimeRatio: 1,
    })
    app.addHook('onClose', async () => telemetry.stop())
  }
  app.get<{ Params: { id: string } }>('/stock/:id', ({ params }) =>
    workers.use(async () => {
      await new Promise((resolve) => setTimeout(resolve, WORK_MS))
      return { id: params.id, left: Number(params.id) % 7 }
    }),
  )
  return { app, arrived: () => arrived }
}
