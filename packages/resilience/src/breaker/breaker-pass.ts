import type { CallOutcome } from '../outcome/call-outcome.ts'

/** What a pass needs of the breaker that it came from. */
export interface BreakerPassKeeper {
  onEnd(pass: BreakerPass, outcome: CallOutcome, latencyMs: number): void
}

/**
 * Lets one call through, and tells the breaker how it ended. While the breaker is closed all calls share
 * one, so that they cost no allocation.
 */
export class BreakerPass {
  readonly #keeper: BreakerPassKeeper
  /** Which stretch of the breaker's life the call began in: what it teaches is of no use in another. */
  readonly period: number
  readonly isProbe: boolean
  #ended = false

  constructor(keeper: BreakerPassKeeper, period: number, isProbe: boolean) {
    this.#keeper = keeper
    this.period = period
    this.isProbe = isProbe
  }

  /** The call ended. Tell it once for each call, `ignore` included; of a probe only the first counts. */
  end(outcome: CallOutcome, latencyMs: number): void {
    if (this.#ended) return
    this.#ended = this.isProbe
    this.#keeper.onEnd(this, outcome, latencyMs)
  }
}
