import type { RejectReason } from '../admission/decision.ts'
import type { Clock } from '../time/clock.ts'

/** An overload is over when nothing has been refused for want of capacity for this long. */
const QUIET_MS = 1_000
const MIN_REST_MS = 1

/** A spell of overload, as it is told to listeners when it begins and when it ends. */
export interface OverloadSpell {
  readonly overloaded: boolean
  readonly reason: RejectReason
  readonly rejected: number
  readonly lastedMs: number
}

/** Turns refusals into two moments that are worth a log line: into overload, and out of it. */
export class OverloadWatch {
  readonly #clock: Clock
  readonly #onChange: (spell: OverloadSpell) => void
  #overloaded = false
  #reason: RejectReason = 'full'
  #rejected = 0
  #sinceMs = 0
  #lastMs = 0
  #cancelTimer: (() => void) | undefined = undefined

  constructor(clock: Clock, onChange: (spell: OverloadSpell) => void) {
    this.#clock = clock
    this.#onChange = onChange
  }

  get overloaded(): boolean {
    return this.#overloaded
  }

  /** A request was refused for want of capacity. */
  onReject(reason: RejectReason, nowMs: number): void {
    this.#lastMs = nowMs
    this.#rejected += 1
    if (this.#overloaded) return
    this.#overloaded = true
    this.#reason = reason
    this.#sinceMs = nowMs
    this.#cancelTimer = this.#clock.schedule(QUIET_MS, this.#onTimer)
    this.#tell(nowMs)
  }

  stop(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }

  readonly #onTimer = (): void => {
    const nowMs = this.#clock.nowMs()
    const quietMs = nowMs - this.#lastMs
    if (quietMs < QUIET_MS) {
      // What is lost in a sum of fractions may be too little to move a clock: a virtual one would never get on.
      const restMs = Math.max(MIN_REST_MS, QUIET_MS - quietMs)
      this.#cancelTimer = this.#clock.schedule(restMs, this.#onTimer)
      return
    }
    this.#cancelTimer = undefined
    this.#overloaded = false
    this.#tell(nowMs)
    this.#rejected = 0
  }

  #tell(nowMs: number): void {
    this.#onChange({
      overloaded: this.#overloaded,
      reason: this.#reason,
      rejected: this.#rejected,
      lastedMs: nowMs - this.#sinceMs,
    })
  }
}
