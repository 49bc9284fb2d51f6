import type { Clock } from '@headgate/core'

/** What a call waits for: its own end, an attempt's, the time to retry or hedge, the next bytes of a body. */
export type Due = 'end' | 'attempt' | 'retry' | 'hedge' | 'idle'

/** The end first: what is due with it is of no use any more. */
const DUES: readonly Due[] = ['end', 'attempt', 'retry', 'hedge', 'idle']
const NEVER = Number.POSITIVE_INFINITY

/**
 * One timer for all that a call waits for. It may ring when what it was set for is over, and then looks for
 * what is next: a call that ends well sets it once and stops it once.
 */
export class CallTimer {
  readonly #clock: Clock
  readonly #onDue: (due: Due) => void
  readonly #at: Record<Due, number>
  /** Below all times: not begun, and nothing is set. */
  #ringAtMs = Number.NEGATIVE_INFINITY
  #cancel: (() => void) | undefined
  #isStopped = false

  constructor(clock: Clock, onDue: (due: Due) => void) {
    this.#clock = clock
    this.#onDue = onDue
    this.#at = { end: NEVER, attempt: NEVER, retry: NEVER, hedge: NEVER, idle: NEVER }
  }

  /** From here on it rings: what is set before costs no timer of its own. */
  begin(): void {
    this.#ringAtMs = NEVER
    this.#armNext()
  }

  /** `due` comes at this instant of the clock; infinite: not at all. */
  set(due: Due, atMs: number): void {
    this.#at[due] = atMs
    if (atMs < this.#ringAtMs && !this.#isStopped) this.#arm(atMs)
  }

  /** Nothing else is waited for than this, if it is finite. */
  keep(due: Due, atMs: number): void {
    for (const other of DUES) this.#at[other] = NEVER
    if (atMs !== NEVER) this.set(due, atMs)
  }

  clear(due: Due): void {
    this.#at[due] = NEVER
  }

  /** For good. */
  stop(): void {
    this.#isStopped = true
    this.#cancel?.()
    this.#cancel = undefined
  }

  #arm(atMs: number): void {
    this.#cancel?.()
    this.#ringAtMs = atMs
    const delayMs = Math.max(0, atMs - this.#clock.nowMs())
    this.#cancel = this.#clock.schedule(delayMs, () => this.#ring())
  }

  #ring(): void {
    this.#cancel = undefined
    this.#ringAtMs = NEVER
    const nowMs = this.#clock.nowMs()
    for (const due of DUES) {
      if (this.#isStopped || this.#at[due] > nowMs) continue
      this.#at[due] = NEVER
      this.#onDue(due)
    }
    this.#armNext()
  }

  #armNext(): void {
    if (this.#isStopped) return
    const { end, attempt, retry, hedge, idle } = this.#at
    const nextMs = Math.min(end, attempt, retry, hedge, idle)
    if (nextMs < this.#ringAtMs) this.#arm(nextMs)
  }
}
