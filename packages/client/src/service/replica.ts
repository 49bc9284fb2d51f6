import type { Admission, Clock } from '@headgate/core'
import type { AdaptiveThrottle, Breaker, CallOutcome } from '@headgate/resilience'

/** The policies of one upstream; those that are off are undefined. */
export interface ReplicaPolicies {
  readonly throttle: AdaptiveThrottle | undefined
  readonly breaker: Breaker | undefined
  readonly limiter: Admission | undefined
}

/** No server is taken at its word for longer than this. */
const MAX_PAUSE_MS = 60_000

/** One upstream: where it is, what guards it, and what it said about itself. */
export class Replica {
  /** As undici wants it: `http://host:port`; `undefined` leaves what the call says. */
  readonly origin: string | undefined
  readonly throttle: AdaptiveThrottle | undefined
  readonly breaker: Breaker | undefined
  readonly limiter: Admission | undefined
  readonly #clock: Clock
  #pausedUntilMs = Number.NEGATIVE_INFINITY
  /** Asked not to be hedged. */
  refusesHedges = false
  /** Responses nobody wants that are read to their end, so that their connections can be used again. */
  drains = 0
  calls = 0

  constructor(origin: string | undefined, clock: Clock, policies: ReplicaPolicies) {
    this.origin = origin
    this.#clock = clock
    this.throttle = policies.throttle
    this.breaker = policies.breaker
    this.limiter = policies.limiter
  }

  /** It said that nothing is left of its rate until then. */
  pauseFor(delayMs: number): void {
    const untilMs = this.#clock.nowMs() + Math.min(MAX_PAUSE_MS, delayMs)
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, untilMs)
  }

  /** How long it wants not to be asked, in milliseconds; 0 when it may be. */
  get pausedMs(): number {
    if (this.#pausedUntilMs === Number.NEGATIVE_INFINITY) return 0
    const leftMs = this.#pausedUntilMs - this.#clock.nowMs()
    if (leftMs <= 0) this.#pausedUntilMs = Number.NEGATIVE_INFINITY
    return Math.max(0, leftMs)
  }

  /** In good health, as far as guards here know: a hedge would not make things worse. */
  get isCalm(): boolean {
    const isBroken = this.breaker !== undefined && this.breaker.state !== 'closed'
    return !this.refusesHedges && !isBroken && (this.limiter?.queued ?? 0) === 0
  }

  learn(outcome: CallOutcome): void {
    this.throttle?.onResult(outcome)
  }

  close(): void {
    this.limiter?.close()
  }
}
