import type { Attempt } from './attempt.ts'

/** Never written to: the first that is added makes an array of its own. */
const NONE: Attempt[] = []

/** The attempts of a call that may still be answered. */
export class LiveAttempts {
  #all: Attempt[] = NONE

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
    // Nearly always there is one: an array that grows to it takes place for sixteen.
    if (this.#all.length === 0) this.#all = [attempt]
    else this.#all.push(attempt)
  }

  remove(attempt: Attempt): void {
    const index = this.#all.indexOf(attempt)
    if (index < 0) return
    if (this.#all.length === 1) this.#all = NONE
    else this.#all.splice(index, 1)
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
    const all = this.#all
    this.#all = NONE
    for (const attempt of all) {
      if (attempt.state === 'sent') onEnd?.(attempt)
      attempt.end(reason)
    }
  }
}
