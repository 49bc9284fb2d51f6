import type { Outcome } from '../admission/permit.ts'
import type { Limit } from '../limit/limit.ts'

const NS_PER_MS = 1e6

/** Counts the permits in use against a limit, and feeds the limit with what finished work teaches. */
export class Limiter {
  readonly #limit: Limit
  /** One sample for all: it is valid during the call only, and so costs nothing. */
  readonly #sample = { startNs: 0, latencyNs: 1, inFlight: 1, overloaded: false }
  #inFlight = 0

  constructor(limit: Limit) {
    this.#limit = limit
  }

  get limit(): Limit {
    return this.#limit
  }

  /** Permits in use. */
  get inFlight(): number {
    return this.#inFlight
  }

  get hasRoom(): boolean {
    return this.#inFlight < this.#limit.current
  }

  /** Takes a permit. Returns how many are in use with it. */
  take(): number {
    this.#inFlight += 1
    return this.#inFlight
  }

  give(): void {
    this.#inFlight -= 1
  }

  learn(outcome: Outcome, inFlight: number, startedMs: number, nowMs: number): void {
    if (outcome === 'ignore') return
    const sample = this.#sample
    sample.startNs = Math.round(startedMs * NS_PER_MS)
    sample.latencyNs = Math.max(1, Math.round((nowMs - startedMs) * NS_PER_MS))
    sample.inFlight = inFlight
    sample.overloaded = outcome === 'overload'
    this.#limit.onSample(sample)
  }

  /** A request was refused or had to wait. The limit hears of it only if the limit was the cause. */
  onReject(): void {
    if (!this.hasRoom) this.#limit.onReject?.()
  }
}
