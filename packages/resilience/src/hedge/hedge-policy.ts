import { type Clock, checkKnownOptions, definedOptions } from '@headgate/core'
import { HedgeBudget, type HedgeBudgetOptions } from '../budget/hedge-budget.ts'
import type { RetryBudget } from '../budget/retry-budget.ts'
import type { CallOutcome } from '../outcome/call-outcome.ts'
import { CountWindow } from '../window/count-window.ts'
import { HedgeDelay, type HedgeDelayOptions } from './hedge-delay.ts'

const OVERLOAD_WINDOW_MS = 10_000
/** With more of this share of answers saying `full`, hedges would make it worse. */
const MAX_OVERLOAD_RATIO = 0.01
const [ENDED, OVERLOADED] = [0, 1] as const

export interface HedgePolicyOptions {
  readonly delay?: HedgeDelayOptions | undefined
  readonly budget?: HedgeBudgetOptions | undefined
}

export interface HedgePolicyParts {
  readonly clock: Clock
  /** The target's own: it has to be half full, since a target that fails needs its retries more. */
  readonly retryBudget?: RetryBudget | undefined
  /** Asked before each hedge: a limiter with a queue, a breaker that is not closed. Default never. */
  readonly isSuppressed?: (() => boolean) | undefined
}

/** Why a late call is not hedged. */
export type HedgeRefusal = 'overload' | 'suppressed' | 'failures' | 'budget'

/**
 * Whether and when to send a second attempt: late enough, within a budget, and only to a target in
 * good health. Amortised O(1).
 *
 * Source: Dean and Barroso, "The tail at scale", CACM 56(2) (2013). Explained in docs/algorithms/hedging.md.
 */
export class HedgePolicy {
  readonly #clock: Clock
  readonly #retryBudget: RetryBudget | undefined
  readonly #isSuppressed: () => boolean
  readonly #delay: HedgeDelay
  readonly #budget: HedgeBudget
  readonly #outcomes: CountWindow = new CountWindow(OVERLOAD_WINDOW_MS, 2)

  /** @throws {InvalidOptionError} when an option is unknown, of the wrong type or out of range. */
  constructor(parts: HedgePolicyParts, options: HedgePolicyOptions = {}) {
    checkKnownOptions('options', options, ['delay', 'budget'])
    const { delay, budget } = definedOptions(options)
    this.#clock = parts.clock
    this.#retryBudget = parts.retryBudget
    this.#isSuppressed = parts.isSuppressed ?? never
    this.#delay = new HedgeDelay(parts.clock, delay)
    this.#budget = new HedgeBudget(parts.clock, budget)
  }

  /** Hedges that the budget would pay for now; with a fraction. */
  get credits(): number {
    return this.#budget.credits
  }

  /** The first attempt of a call was sent. Milliseconds until it should be hedged, `undefined` for never. */
  onCall(remainingMs?: number): number | undefined {
    this.#budget.onCall()
    return this.#delay.delayMs(remainingMs)
  }

  /** An attempt ended. For its latency see `HedgeDelay.onLatency`; fast failures are told apart here. */
  onResult(outcome: CallOutcome, latencyMs: number): void {
    if (outcome === 'ignore') return
    const nowMs = this.#clock.nowMs()
    this.#outcomes.add(ENDED, nowMs)
    if (outcome === 'overload') this.#outcomes.add(OVERLOADED, nowMs)
    if (outcome === 'success') this.#delay.onLatency(latencyMs)
  }

  /** An attempt was cut off after so many milliseconds: by its timeout, or because another one won. */
  onCutOff(latencyMs: number): void {
    this.#delay.onLatency(latencyMs)
  }

  /** A call is late: pays for a hedge, and answers `undefined`, or says why it must not be sent. */
  refuseHedge(): HedgeRefusal | undefined {
    const nowMs = this.#clock.nowMs()
    const overloads = this.#outcomes.total(OVERLOADED, nowMs)
    const ended = this.#outcomes.total(ENDED, nowMs)
    if (overloads > ended * MAX_OVERLOAD_RATIO) return 'overload'
    if (this.#isSuppressed()) return 'suppressed'
    const retries = this.#retryBudget
    if (retries !== undefined && retries.credits < retries.capacity / 2) return 'failures'
    return this.#budget.tryTake() ? undefined : 'budget'
  }

  /** A hedge that was paid for was not sent. */
  giveBack(): void {
    this.#budget.giveBack()
  }
}

function never(): boolean {
  return false
}
