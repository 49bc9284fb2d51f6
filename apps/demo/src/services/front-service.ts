import { headgate } from '@headgate/fastify'
import { opentelemetry } from '@headgate/telemetry/opentelemetry'
import { type FastifyInstance, fastify } from 'fastify'
import { HeadgateCaller } from './headgate-caller.ts'
import { NaiveCaller } from './naive-caller.ts'
import { isRefusal } from './stock-caller.ts'
import type { Tracing } from './tracing.ts'

export interface FrontOptions {
  readonly stockUrl: string
  readonly withHeadgate: boolean
  readonly tracing?: Tracing | undefined
}

export interface FrontService {
  readonly app: FastifyInstance
  /** Calls to the stock service that were begun so far, however many requests each made. */
  readonly calls: () => number
}

/** What a client waits for an answer, and so how long the front service may take. */
export const PATIENCE_MS = 1000

/** The first service: a product's page, which needs the stock service for how many are left. */
export async function buildFront(options: FrontOptions): Promise<FrontService> {
  const { stockUrl, withHeadgate, tracing } = options
  const app = fastify()
  if (withHeadgate) await app.register(headgate, { context: true, deadlineMs: PATIENCE_MS })
  if (withHeadgate && tracing !== undefined) {
    const telemetry = opentelemetry(app.headgate, {
      tracer: tracing.tracer,
      name: 'front',
      maxTimeRatio: 1,
    })
    app.addHook('onClose', async () => telemetry.stop())
  }
  const stock = withHeadgate ? new HeadgateCaller(stockUrl, tracing) : new NaiveCaller(stockUrl)
  let calls = 0
  app.get<{ Params: { id: string } }>('/products/:id', async ({ params }, reply) => {
    calls += 1
    const answer = await stock.ask(params.id)
    if (!isRefusal(answer)) return { id: params.id, left: answer.left }
    if (answer.retryAfterMs !== undefined) {
      reply.header('retry-after', Math.ceil(answer.retryAfterMs / 1000))
    }
    return reply.code(503).send({ error: 'how many are left is not known', why: answer.why })
  })
  app.addHook('onClose', () => stock.close())
  return { app, calls: () => calls }
}
