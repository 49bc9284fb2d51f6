import type { Clock } from '@headgate/core'

/**
 * What a request that holds a permit is doing.
 *
 * - `receiving`: its body has not come yet, and nothing is done meanwhile.
 * - `working`: its handler is at work.
 * - `sending`: its handler has its answer, or has sent the head of it; the rest goes as its client reads.
 * - `abandoned`: its handler is at work, and its client has left.
 */
export type HeldStage = 'receiving' | 'working' | 'sending' | 'abandoned'

/** A request that was started, and holds a permit. */
export interface Held {
  readonly startedMs: number
  readonly stage: HeldStage
  /** When its client left; set here. */
  leftMs: number | undefined
  /** Gives the permit back. */
  giveBack(stage: HeldStage): void
  /** Links, by when they were started; set here. */
  heldBefore: Held | undefined
  heldAfter: Held | undefined
}

const LOOK_EVERY_MS = 100
/** Nothing is worked at meanwhile; whoever comes back with a body asks again. */
const MAX_RECEIVING_MS = 100
/** Before any handler has been seen to end. */
const FIRST_HANDLER_MS = 250
/** Of the longest handler of late: how much patience is enough for nearly all, and not for ever. */
const PATIENCE = 4
const MIN_PATIENCE_MS = 100
/** What is left of the longest after each handler that was shorter. */
const DECAY = 0.95
/** Of the handlers that end in time, one in so many is timed: reading the clock is not free. */
const TIMED_EVERY = 16

/**
 * Keeps account of the requests that hold a permit, so that none is held for what is no work: twenty
 * clients that are slow to send or to read would else keep everybody else out.
 *
 * A permit goes back before the response is over when the body has not come after 100 ms; when a
 * response is still being sent, or a handler goes on without its client, after four times as long as
 * handlers take of late (100 ms to `maxHoldMs`); and after `maxHoldMs` of work in any case. A handler that ends later
 * than that is seen all the same, and the next ones are given its time.
 *
 * O(1) for each request, and ten times a second a look at those older than 100 ms.
 */
export class HeldWork {
  readonly #clock: Clock
  #oldest: Held | undefined = undefined
  #newest: Held | undefined = undefined
  #abandoned = 0
  #overdue = 0
  #detached = 0
  #longestMs = FIRST_HANDLER_MS
  #untimed = 0
  #cancel: (() => void) | undefined = undefined
  /** The longest that a permit is held, for whatever work. */
  maxHoldMs: number

  constructor(clock: Clock, maxHoldMs: number) {
    this.#clock = clock
    this.maxHoldMs = maxHoldMs
  }

  /** Handlers that go on without their client, and hold a permit. */
  get abandoned(): number {
    return this.#abandoned
  }

  /** Permits given back, in all, from handlers that had not ended. */
  get overdue(): number {
    return this.#overdue
  }

  /** Permits given back, in all, while a client was slow to send or to read. */
  get detached(): number {
    return this.#detached
  }

  /** How long one is waited for that sends, or is abandoned. */
  get patienceMs(): number {
    return Math.min(Math.max(PATIENCE * this.#longestMs, MIN_PATIENCE_MS), this.maxHoldMs)
  }

  /** It has been started. */
  add(work: Held): void {
    work.heldBefore = this.#newest
    if (this.#newest === undefined) this.#oldest = work
    else this.#newest.heldAfter = work
    this.#newest = work
    this.#arm()
  }

  /** It holds no permit any more. */
  remove(work: Held): void {
    const { heldBefore, heldAfter } = work
    if (heldBefore !== undefined) heldBefore.heldAfter = heldAfter
    else if (this.#oldest === work) this.#oldest = heldAfter
    else return
    if (heldAfter === undefined) this.#newest = heldBefore
    else heldAfter.heldBefore = heldBefore
    work.heldBefore = undefined
    work.heldAfter = undefined
    if (work.leftMs !== undefined) this.#abandoned -= 1
  }

  /** Its client has left, and its handler goes on. */
  abandon(work: Held): void {
    work.leftMs = this.#clock.nowMs()
    this.#abandoned += 1
  }

  /** A handler that was started at `startedMs` has ended, its client still there. */
  onHandled(startedMs: number): void {
    this.#untimed = (this.#untimed + 1) % TIMED_EVERY
    if (this.#untimed === 0) this.#learn(startedMs)
  }

  /** The handler of an abandoned one has ended after all, in time or not. */
  onAbandonedEnd(startedMs: number): void {
    this.#learn(startedMs)
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
    this.#cancel = this.#clock.schedule(LOOK_EVERY_MS, this.#onTimer)
  }

  readonly #onTimer = (): void => {
    this.#cancel = undefined
    const nowMs = this.#clock.nowMs()
    let work = this.#oldest
    while (work !== undefined && nowMs - work.startedMs >= MIN_PATIENCE_MS) {
      // Whoever gives back leaves the list.
      const next: Held | undefined = work.heldAfter
      this.#look(work, nowMs)
      work = next
    }
    if (this.#oldest !== undefined) this.#arm()
  }

  #look(work: Held, nowMs: number): void {
    const { stage } = work
    const heldMs = nowMs - (work.leftMs ?? work.startedMs)
    if (heldMs < this.#mostMs(stage)) return
    if (stage === 'working' || stage === 'abandoned') this.#overdue += 1
    else this.#detached += 1
    work.giveBack(stage)
  }

  #mostMs(stage: HeldStage): number {
    if (stage === 'receiving') return MAX_RECEIVING_MS
    return stage === 'working' ? this.maxHoldMs : this.patienceMs
  }
}
