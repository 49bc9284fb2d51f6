import type { Clock } from '@headgate/core'

interface PatienceOptions {
  readonly maxMs: number
  readonly onEnd: () => void
}

/** How long something is waited for that nobody answers for any more: so long after the last that was heard of it. */
export class Patience {
  readonly #clock: Clock
  readonly #maxMs: number
  readonly #onEnd: () => void
  #heardMs = 0
  #cancel: (() => void) | undefined = undefined

  constructor(clock: Clock, { maxMs, onEnd }: PatienceOptions) {
    this.#clock = clock
    this.#maxMs = maxMs
    this.#onEnd = onEnd
  }

  get isRunning(): boolean {
    return this.#cancel !== undefined
  }

  start(): void {
    this.#heardMs = this.#clock.nowMs()
    this.#schedule(this.#maxMs)
  }

  onHeard(): void {
    this.#heardMs = this.#clock.nowMs()
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #schedule(delayMs: number): void {
    this.#cancel?.()
    this.#cancel = this.#clock.schedule(delayMs, () => {
      const leftMs = this.#heardMs + this.#maxMs - this.#clock.nowMs()
      // One timer at a time, however much is heard.
      if (leftMs > 0) this.#schedule(leftMs)
      else {
        this.#cancel = undefined
        this.#onEnd()
      }
    })
  }
}
