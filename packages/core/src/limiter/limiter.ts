import type { Outcome } from '../admission/permit.ts'
import type { Limit } from '../limit/limit.ts'
import type { FinishedWork, LaneLimiter } from './lane-limiter.ts'

const NS_PER_MS = 1e6
const NEWEST_WEIGHT = 0.05

/** Counts the permits in use against a limit, and feeds the limit with what finished work teaches. */
export class Limiter implements LaneLimiter {
  readonly #limit: Limit
  /** One sample for all: it is valid during the call only, and so costs nothing. */
  readonly #sample = { startNs: 0, latencyNs: 1, inFlight: 1, overloaded: false }
  readonly #onChange: (from: number, to: number) => void
  #inFlight = 0
  #latencyMs = 0
  #seen: number

  constructor(limit: Limit, onChange: (from: number, to: number) => void) {
    this.#limit = limit
    this.#onChange = onChange
    this.#seen = limit.current
  }

  get limit(): Limit {
    return this.#limit
  }

  /** Permits in use. */
  get inFlight(): number {
    return this.#inFlight
  }

  get least(): number {
    return this.#limit.current
  }

  get most(): number {
    return this.#limit.current
  }

  get free(): number {
    return this.#limit.current - this.#inFlight
  }

  /** One wider than the limit runs alone. */
  get widest(): number {
    return Number.POSITIVE_INFINITY
  }

  get hasRoom(): boolean {
    return this.#inFlight < this.#limit.current
  }

  /** Requests a millisecond if every permit were in use (Little's law); infinite before the first sample. */
  get mostPerMs(): number {
    return this.#latencyMs === 0 ? Number.POSITIVE_INFINITY : this.#limit.current / this.#latencyMs
  }

  /** Whether a request that takes `cost` permits may run now. One wider than the limit runs alone. */
  fits(cost: number): boolean {
    return this.#inFlight === 0 || this.#inFlight + cost <= this.#limit.current
  }

  /** Takes permits. Returns how many are in use with them. */
  take(cost = 1): number {
    this.#inFlight += cost
    return this.#inFlight
  }

  give(cost = 1): void {
    this.#inFlight -= cost
  }

  /** Work that started when `inFlight` permits were in use, itself included, has ended. */
  learn(
    outcome: Outcome,
    { inFlight, startedMs }: Pick<FinishedWork, 'inFlight' | 'startedMs'>,
    nowMs: number,
  ): void {
    if (outcome === 'ignore') return
    const latencyMs = nowMs - startedMs
    if (this.#latencyMs === 0) this.#latencyMs = latencyMs
    else this.#latencyMs += NEWEST_WEIGHT * (latencyMs - this.#latencyMs)
    const sample = this.#sample
    sample.startNs = Math.round(startedMs * NS_PER_MS)
    sample.latencyNs = Math.max(1, Math.round(latencyMs * NS_PER_MS))
    sample.inFlight = inFlight
    sample.overloaded = outcome === 'overload'
    this.#limit.onSample(sample)
    const from = this.#seen
    const to = this.#limit.current
    if (from === to) return
    this.#seen = to
    this.#onChange(from, to)
  }

  /** A request was refused or had to wait. The limit hears of it only if the limit was the cause. */
  onReject(): void {
    if (!this.hasRoom) this.#limit.onReject?.()
  }
}
