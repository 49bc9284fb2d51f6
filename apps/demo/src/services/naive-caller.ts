import { setTimeout as wait } from 'node:timers/promises'
import { Agent, request } from 'undici'
import {
  ATTEMPT_MS,
  type StockAnswer,
  type StockCaller,
  type StockRefusal,
} from './stock-caller.ts'

const ATTEMPTS = 4
const PAUSE_MS = 100

/** Undici, and what is written round it in an hour: up to four attempts, whatever went wrong. */
export class NaiveCaller implements StockCaller {
  readonly #url: string
  readonly #agent = new Agent()

  constructor(url: string) {
    this.#url = url
  }

  async ask(id: string): Promise<StockAnswer> {
    let answer = await this.#tryOnce(id)
    for (let attempt = 2; attempt <= ATTEMPTS && 'why' in answer; attempt += 1) {
      await wait(PAUSE_MS)
      answer = await this.#tryOnce(id)
    }
    return answer
  }

  close(): Promise<void> {
    return this.#agent.destroy()
  }

  async #tryOnce(id: string): Promise<StockAnswer> {
    try {
      const { statusCode, body } = await request(`${this.#url}/stock/${id}`, {
        dispatcher: this.#agent,
        signal: AbortSignal.timeout(ATTEMPT_MS),
      })
      if (statusCode === 200) return (await body.json()) as { left: number }
      await body.dump()
      return refusal(statusCode, `status ${statusCode}`)
    } catch (error) {
      return refusal(undefined, (error as Error).name)
    }
  }
}

function refusal(status: number | undefined, why: string): StockRefusal {
  return { status, why, retryAfterMs: undefined }
}
