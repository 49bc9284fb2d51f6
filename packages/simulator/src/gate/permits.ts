import type { Clock, Limit } from '@headgate/core'
import type { Service } from '../service/service.ts'
import type { Ending } from './gate.ts'

/** What a gate needs to let work in and to tell how it ended. */
export interface GateParts {
  readonly clock: Clock
  readonly limit: Limit
  readonly service: Service
  /** An answer later than this counts as overloaded, as a handler's own timeout would. Milliseconds. */
  readonly timeoutMs: number
  readonly onEnd: (ending: Ending) => void
}

/** Counts requests in flight against the limit and feeds it a sample for each that ends. */
export class Permits {
  readonly #parts: GateParts
  #inFlight = 0

  constructor(parts: GateParts) {
    this.#parts = parts
  }

  get available(): boolean {
    return this.#inFlight < this.#parts.limit.current
  }

  /** Runs the request that came at `arrivedMs`; `released` is called once its permit is back. */
  run(arrivedMs: number, released: () => void): void {
    const { clock, limit, service, timeoutMs, onEnd } = this.#parts
    this.#inFlight += 1
    const inFlight = this.#inFlight
    const startMs = clock.nowMs()
    service.handle((workMs) => {
      const servedMs = clock.nowMs() - startMs
      this.#inFlight -= 1
      limit.onSample({
        startNs: startMs * 1e6,
        latencyNs: servedMs * 1e6,
        inFlight,
        overloaded: servedMs > timeoutMs,
      })
      const latencyMs = clock.nowMs() - arrivedMs
      onEnd({ kind: 'served', arrivedMs, latencyMs, servedMs, workMs })
      released()
    })
  }
}
