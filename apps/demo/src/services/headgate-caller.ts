import { type CallError, type Client, createClient } from '@headgate/client'
import { traced } from '@headgate/telemetry/opentelemetry'
import { Agent } from 'undici'
import { ATTEMPT_MS, type StockAnswer, type StockCaller } from './stock-caller.ts'
import type { Tracing } from './tracing.ts'

/** `@headgate/client` as it comes; only the time of an attempt is set, to that of the other caller. */
export class HeadgateCaller implements StockCaller {
  readonly #agent = new Agent({ connections: 128 })
  readonly #client: Client

  constructor(url: string, tracing?: Tracing) {
    const undici =
      tracing === undefined
        ? this.#agent
        : traced(this.#agent, { tracer: tracing.tracer, maxTimeRatio: 1 })
    this.#client = createClient({
      undici,
      origin: url,
      timeouts: { attemptMs: ATTEMPT_MS },
      propagate: { origins: [url] },
    })
  }

  async ask(id: string): Promise<StockAnswer> {
    try {
      const { statusCode, headers, body } = await this.#client.request({ path: `/stock/${id}` })
      if (statusCode === 200) return (await body.json()) as { left: number }
      await body.dump()
      const retryAfterMs = Number(headers['retry-after'] ?? Number.NaN) * 1000
      const isKnown = Number.isFinite(retryAfterMs)
      return {
        status: statusCode,
        why: `status ${statusCode}`,
        retryAfterMs: isKnown ? retryAfterMs : undefined,
      }
    } catch (error) {
      const { code = 'unknown', retryAfterMs } = error as Partial<CallError>
      return { status: undefined, why: code, retryAfterMs }
    }
  }

  async close(): Promise<void> {
    await this.#client.close()
    await this.#agent.destroy()
  }
}
