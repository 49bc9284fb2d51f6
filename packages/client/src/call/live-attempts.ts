import type { Attempt } from './attempt.ts'

/** The attempts of a call that may still be answered. */
export class LiveAttempts {
  readonly #all: Attempt[] = []

  get count(): number {
    return this.#all.length
  }

  /** The oldest: what is passed on of informational responses comes from it. */
  get first(): Attempt | undefined {
    return this.#all[0]
  }

  /** One of them is in undici's hands. */
  get isAnySent(): boolean {
    return this.#all.some(({ state }) => state === 'sent')
  }

  /** One of them may have been sent. */
  get isAnyStarted(): boolean {
    return this.#all.some((attempt) => attempt.isStarted)
  }

  add(attempt: Attempt): void {
    this.#all.push(attempt)
  }

  remove(attempt: Attempt): void {
    const index = this.#all.indexOf(attempt)
    if (index >= 0) this.#all.splice(index, 1)
  }

  /** The earliest time that one of them has taken too long; infinite for none. */
  nextTimeoutMs(): number {
    let nextMs = Number.POSITIVE_INFINITY
    for (const { timeoutAtMs } of this.#all) nextMs = Math.min(nextMs, timeoutAtMs)
    return nextMs
  }

  overdue(nowMs: number): readonly Attempt[] {
    return this.#all.filter(({ timeoutAtMs }) => timeoutAtMs <= nowMs)
  }

  /** All but this one are over. */
  endOthers(attempt: Attempt, reason: Error): void {
    if (!this.#all.includes(attempt)) return
    for (const other of [...this.#all]) {
      if (other === attempt) continue
      this.remove(other)
      other.end(reason)
    }
  }

  /** Nobody waits for them any more. `onEnd` hears of each that was sent. */
  endAll(reason: Error, onEnd?: (attempt: Attempt) => void): void {
    for (const attempt of this.#all.splice(0)) {
      if (attempt.state === 'sent') onEnd?.(attempt)
      attempt.end(reason)
    }
  }
}
