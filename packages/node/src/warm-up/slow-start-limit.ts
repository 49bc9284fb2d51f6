import type { Clock, Limit, Sample } from '@headgate/core'

const STEP_MS = 250
/** What of the limit a process has that has just begun. */
const FIRST_RATIO = 0.1

/**
 * A limit that a fresh process gets little by little: from a tenth of what `limit` says to the whole, in equal
 * steps over `slowStartMs` from `begin()` on. And it counts the good answers.
 */
export class SlowStartLimit implements Limit {
  readonly #limit: Limit
  readonly #clock: Clock
  readonly #slowStartMs: number
  #ratio: number
  #cancel: (() => void) | undefined = undefined
  #good = 0
  /** Hears of every good answer, and how many there have been. */
  onGood: ((count: number) => void) | undefined = undefined

  constructor(limit: Limit, clock: Clock, slowStartMs: number) {
    this.#limit = limit
    this.#clock = clock
    this.#slowStartMs = slowStartMs
    this.#ratio = slowStartMs === 0 ? 1 : FIRST_RATIO
  }

  get current(): number {
    const { current } = this.#limit
    return this.#ratio === 1 ? current : Math.max(1, Math.floor(current * this.#ratio))
  }

  onSample(sample: Sample): void {
    if (this.onGood !== undefined && !sample.overloaded) {
      this.#good += 1
      this.onGood(this.#good)
    }
    this.#limit.onSample(sample)
  }

  onReject(): void {
    this.#limit.onReject?.()
  }

  snapshot(): Readonly<Record<string, number | string | boolean>> {
    return { ...this.#limit.snapshot(), limit: this.current, slowStartRatio: this.#ratio }
  }

  /** From now on the limit grows. */
  begin(): void {
    if (this.#ratio < 1 && this.#cancel === undefined) this.#grow(this.#clock.nowMs())
  }

  /** It stays as it is, and no timer is left. */
  stop(): void {
    this.#cancel?.()
  }

  #grow(beganMs: number): void {
    const share = (this.#clock.nowMs() - beganMs) / this.#slowStartMs
    this.#ratio = Math.min(1, Math.max(FIRST_RATIO, share))
    if (this.#ratio < 1) this.#cancel = this.#clock.schedule(STEP_MS, () => this.#grow(beganMs))
  }
}
