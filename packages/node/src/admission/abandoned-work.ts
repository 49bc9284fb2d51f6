import type { Clock } from '@headgate/core'

/** Work whose client has left, and which still holds its permit. */
export interface Abandoned {
  /** When its handler was started. */
  readonly startedMs: number
  /** When its client left; set here. */
  leftMs: number | undefined
  /** Gives the permit back. */
  giveBack(): void
}

/** Before any handler has been seen to end. */
const FIRST_HANDLER_MS = 250
/** Of the longest handler of late: how much patience is enough for nearly all, and not for ever. */
const PATIENCE = 4
const MIN_WAIT_MS = 100
const MAX_WAIT_MS = 60_000
/** What is left of the longest after each handler that was shorter. */
const DECAY = 0.95
/** Of the handlers that end in time, one in so many is timed: reading the clock is not free. */
const TIMED_EVERY = 16

/**
 * Keeps account of handlers that go on after their client has left. Their permits stay taken until they
 * end: given back at once, impatient clients could start any number of them. As a handler may never say
 * that it has ended, each is waited for only four times as long as handlers take of late, 100 ms to
 * 60 s. A handler that ends later than that is seen all the same, and the next ones are given its time.
 *
 * At most as many as there are permits. O(1) for each.
 */
export class AbandonedWork {
  readonly #clock: Clock
  /** Longest abandoned first. */
  readonly #held = new Set<Abandoned>()
  #longestMs = FIRST_HANDLER_MS
  #overdue = 0
  #untimed = 0
  #cancel: (() => void) | undefined = undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How many hold a permit now. */
  get count(): number {
    return this.#held.size
  }

  /** How many permits were given back, in all, without the handler having ended. */
  get overdue(): number {
    return this.#overdue
  }

  get maxWaitMs(): number {
    return Math.min(Math.max(PATIENCE * this.#longestMs, MIN_WAIT_MS), MAX_WAIT_MS)
  }

  /** A handler that was started at `startedMs` has ended, its client still there. */
  onHandled(startedMs: number): void {
    this.#untimed = (this.#untimed + 1) % TIMED_EVERY
    if (this.#untimed === 0) this.#learn(startedMs)
  }

  add(work: Abandoned): void {
    work.leftMs = this.#clock.nowMs()
    this.#held.add(work)
    this.#arm()
  }

  /** The handler has ended after all, in time or not. */
  end(work: Abandoned): void {
    this.#learn(work.startedMs)
    if (this.#held.delete(work)) work.giveBack()
  }

  /** Disarms the timer: whoever closes asks no more for what is held. */
  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #learn(startedMs: number): void {
    const handlerMs = this.#clock.nowMs() - startedMs
    this.#longestMs = Math.max(handlerMs, this.#longestMs * DECAY)
  }

  #arm(): void {
    if (this.#cancel !== undefined) return
    const [oldest] = this.#held
    if (oldest?.leftMs === undefined) return
    const waitMs = oldest.leftMs + this.maxWaitMs - this.#clock.nowMs()
    this.#cancel = this.#clock.schedule(Math.max(waitMs, 1), this.#onTimer)
  }

  readonly #onTimer = (): void => {
    this.#cancel = undefined
    const lastMs = this.#clock.nowMs() - this.maxWaitMs
    for (const work of this.#held) {
      if (work.leftMs === undefined || work.leftMs > lastMs) break
      this.#held.delete(work)
      this.#overdue += 1
      work.giveBack()
    }
    this.#arm()
  }
}
