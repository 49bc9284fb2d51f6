import type { BypassReason } from './bypass-reason.ts'
import type { UnshareableReason } from './response-head.ts'

/** What became of the requests of routes that coalesce, since the start. Plain JSON. */
export interface CoalesceSnapshot {
  /** Went to the handler with others free to follow. */
  readonly led: number
  /** Answered with the work of another request. */
  readonly collapsed: number
  /** Answered with what was kept: fresh, or stale while another fetched the next. */
  readonly hits: number
  readonly stale: number
  /** Answered with what was kept, stale, where the gate would have refused. */
  readonly insteadOfReject: number
  /** Answered with what was kept, stale, where the handler failed. */
  readonly insteadOfError: number
  /** Waited, and went to the gate after all: the answer was not for them, or there was none. */
  readonly released: number
  /** Did not wait, for the answer to their like was for nobody else a short while ago. */
  readonly hitForMiss: number
  /** Wait, or are being answered, now. */
  readonly waiting: number
  /** Ran apart at a bound. */
  readonly apart: number
  /** Cut off in the middle: too slow, or the answer broke. */
  readonly cutOff: number
  /** Shared with nobody, by reason. */
  readonly bypassed: Readonly<Partial<Record<BypassReason, number>>>
  /** Answers that turned out to be for one alone, by reason. */
  readonly unshareable: Readonly<Partial<Record<UnshareableReason, number>>>
}

type Name = Exclude<keyof CoalesceSnapshot, 'bypassed' | 'unshareable' | 'waiting'>

export class CoalesceCounters {
  readonly #counts: Record<Name, number> = {
    led: 0,
    collapsed: 0,
    hits: 0,
    stale: 0,
    insteadOfReject: 0,
    insteadOfError: 0,
    released: 0,
    hitForMiss: 0,
    apart: 0,
    cutOff: 0,
  }
  readonly #bypassed: Partial<Record<BypassReason, number>> = {}
  readonly #unshareable: Partial<Record<UnshareableReason, number>> = {}

  #waiting = 0

  onWait(): void {
    this.#waiting += 1
  }

  onWaited(): void {
    this.#waiting -= 1
  }

  count(name: Name): void {
    this.#counts[name] += 1
  }

  countBypass(reason: BypassReason): void {
    this.#bypassed[reason] = (this.#bypassed[reason] ?? 0) + 1
  }

  countUnshareable(reason: UnshareableReason): void {
    this.#unshareable[reason] = (this.#unshareable[reason] ?? 0) + 1
  }

  snapshot(): CoalesceSnapshot {
    return {
      ...this.#counts,
      waiting: this.#waiting,
      bypassed: { ...this.#bypassed },
      unshareable: { ...this.#unshareable },
    }
  }
}
