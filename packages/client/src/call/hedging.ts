import type { HedgePolicy } from '@headgate/resilience'
import type { CallParts } from './call-parts.ts'

/** Whether and when one call is hedged. */
export class Hedging {
  readonly #parts: CallParts
  readonly #policy: HedgePolicy | undefined
  #sent = 0

  constructor(parts: CallParts) {
    this.#parts = parts
    this.#policy = parts.service.hedge
  }

  /** The first attempt is sent. Milliseconds until it is late; infinite: it is not hedged. */
  delayMs(remainingMs: number, canShareBody: boolean): number {
    const { terms } = this.#parts
    // The budget is fed by calls that may not be hedged as well: they are load that is there anyway.
    const delayMs = this.#policy?.onCall(remainingMs)
    const isWanted = terms.mayHedge && canShareBody
    return isWanted && delayMs !== undefined ? delayMs : Number.POSITIVE_INFINITY
  }

  /** It is late. True: send a hedge, which is paid for. */
  tryStart(): boolean {
    if (this.#policy === undefined || this.#policy.refuseHedge() !== undefined) return false
    this.#sent += 1
    this.#parts.settings.counters.hedges += 1
    return true
  }

  get sent(): number {
    return this.#sent
  }

  /** A hedge was paid for, and did not get through. */
  giveBack(): void {
    this.#sent -= 1
    this.#parts.settings.counters.hedges -= 1
    this.#policy?.giveBack()
  }
}
