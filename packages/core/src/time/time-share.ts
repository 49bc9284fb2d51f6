import { checkNumber } from '../option/check-option.ts'
import type { Clock } from './clock.ts'

/** What was not used up to now may be used at once, up to this: more would be a pause that clients feel. */
const MAX_SAVED_MS = 10
/** A call is charged no more: a process that was stopped in the middle of one is not mute for hours. */
const MAX_CHARGE_MS = 1_000
/** When nothing is left the clock is not asked for each of many: that alone would cost a hundredth of hello world. */
const UNASKED = 15
/** They are many where the last question is less than this ago. */
const OFTEN_MS = 1

/**
 * Calls into code that is not ours and may block or throw: within a share of the time, and never with an
 * error for the caller. What does not fit is dropped and counted. Until it is used up, 10 ms may be used at
 * once; a call that has begun is not ended, and is paid for by those after it.
 */
export class TimeShare {
  readonly #clock: Pick<Clock, 'nowMs'>
  readonly #ratio: number
  #savedMs = MAX_SAVED_MS
  #lastMs: number
  #unasked = 0
  #dropped = 0
  #errors = 0

  /**
   * @param ratio of the time. Above 0, up to 1: no bound, and the clock is not asked.
   * @throws {InvalidOptionError} called `maxTimeRatio`, when it is out of range.
   */
  constructor(clock: Pick<Clock, 'nowMs'>, ratio: number) {
    checkNumber('maxTimeRatio', ratio, { above: 0, max: 1 })
    this.#clock = clock
    this.#ratio = ratio
    this.#lastMs = clock.nowMs()
  }

  /** Calls that were left out. */
  get dropped(): number {
    return this.#dropped
  }

  /** Calls that threw. */
  get errors(): number {
    return this.#errors
  }

  get isBounded(): boolean {
    return this.#ratio < 1
  }

  /** Whether there is time left for one; if not, that one is counted. */
  tryTake(): boolean {
    if (!this.isBounded) return true
    if (this.#unasked > 0) {
      this.#unasked -= 1
      this.#dropped += 1
      return false
    }
    const lastMs = this.#lastMs
    if (this.hasTime()) return true
    if (this.#lastMs - lastMs < OFTEN_MS) this.#unasked = UNASKED
    this.#dropped += 1
    return false
  }

  /** The same for one that is kept if there is none: nothing is counted. */
  hasTime(): boolean {
    if (!this.isBounded) return true
    const nowMs = this.#clock.nowMs()
    this.#savedMs = Math.min(MAX_SAVED_MS, this.#savedMs + (nowMs - this.#lastMs) * this.#ratio)
    this.#lastMs = nowMs
    return this.#savedMs > 0
  }

  /** Counts what was left out for other reasons. */
  drop(count: number): void {
    this.#dropped += count
  }

  /** Runs `work` and takes its time from what is left. */
  spend<Result>(work: () => Result): Result | undefined {
    const startMs = this.isBounded ? this.#clock.nowMs() : 0
    try {
      return work()
    } catch {
      // Not the service's failure: it is counted, and told as a metric.
      this.#errors += 1
      return undefined
    } finally {
      if (this.isBounded) this.#charge(this.#clock.nowMs() - startMs)
    }
  }

  /** Tells `listener` of it if there is time left. What it throws is counted, and handed to `onError`. */
  tell<Told>(listener: (told: Told) => void, told: Told, onError?: (error: unknown) => void): void {
    // When it was taken is when it begins.
    if (this.tryTake()) this.#tell(listener, told, onError)
  }

  /** The same for what must not be missed: it is told in any case, and those after it pay. */
  tellAnyway<Told>(
    listener: (told: Told) => void,
    told: Told,
    onError?: (error: unknown) => void,
  ): void {
    this.hasTime()
    this.#tell(listener, told, onError)
  }

  #tell<Told>(
    listener: (told: Told) => void,
    told: Told,
    onError: ((error: unknown) => void) | undefined,
  ): void {
    const startMs = this.#lastMs
    try {
      listener(told)
    } catch (error) {
      this.#errors += 1
      onError?.(error)
    }
    if (this.isBounded) this.#charge(this.#clock.nowMs() - startMs)
  }

  #charge(tookMs: number): void {
    this.#savedMs -= Math.min(MAX_CHARGE_MS, tookMs)
  }
}
