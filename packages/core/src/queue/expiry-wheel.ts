import type { Passage } from '../admission/passage.ts'
import type { Clock } from '../time/clock.ts'

const SLOTS = 512
const SLOT_MS = 4

/**
 * Finds waiters whose time is up without a timer for each: a hashed timing wheel. Adding and removing
 * are O(1); one timer is armed for all, and only while somebody waits.
 *
 * It only makes sure that a waiter hears early that it has waited in vain. That nobody runs after its
 * time is checked when it is dispatched.
 *
 * Source: Varghese and Lauck, "Hashed and hierarchical timing wheels" (1987), scheme 6.
 */
export class ExpiryWheel {
  readonly #clock: Clock
  readonly #onExpired: (passage: Passage, nowMs: number) => void
  /** Made for the first who waits: where nobody ever does it would be 4 KiB for nothing. */
  #slots: (Passage | undefined)[] = []
  #size = 0
  /** The first tick that has not been looked at yet. */
  #tick = 0
  #timerAtMs = Number.POSITIVE_INFINITY
  #cancelTimer: (() => void) | undefined = undefined

  constructor(clock: Clock, onExpired: (passage: Passage, nowMs: number) => void) {
    this.#clock = clock
    this.#onExpired = onExpired
  }

  get size(): number {
    return this.#size
  }

  add(passage: Passage, nowMs: number): void {
    if (this.#size === 0) this.#begin(nowMs)
    const tick = Math.max(this.#tick, Math.floor(passage.expiresAtMs / SLOT_MS))
    const slot = tick % SLOTS
    const head = this.#slots[slot]
    passage.slot = slot
    passage.slotNext = head
    if (head !== undefined) head.slotPrevious = passage
    this.#slots[slot] = passage
    this.#size += 1
    // A timer that is late by up to a slot is as good; arming anew costs more than it saves.
    if (passage.expiresAtMs + SLOT_MS < this.#timerAtMs) this.#arm(passage.expiresAtMs, nowMs)
  }

  remove(passage: Passage): void {
    const { slot, slotPrevious, slotNext } = passage
    if (slot === -1) return
    if (slotPrevious === undefined) this.#slots[slot] = slotNext
    else slotPrevious.slotNext = slotNext
    if (slotNext !== undefined) slotNext.slotPrevious = slotPrevious
    passage.slot = -1
    passage.slotPrevious = undefined
    passage.slotNext = undefined
    this.#size -= 1
    // The timer stays armed: under light load the next waiter comes long before it fires.
  }

  /** Disarms the timer. The wheel can be used again. */
  stop(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    this.#timerAtMs = Number.POSITIVE_INFINITY
  }

  #begin(nowMs: number): void {
    // With nobody to find, time may have passed unwatched: start looking from now.
    this.#tick = Math.floor(nowMs / SLOT_MS)
    if (this.#slots.length === 0) this.#slots = new Array(SLOTS).fill(undefined)
  }

  #arm(atMs: number, nowMs: number): void {
    this.#cancelTimer?.()
    const delayMs = Math.max(SLOT_MS, atMs - nowMs)
    this.#timerAtMs = nowMs + delayMs
    this.#cancelTimer = this.#clock.schedule(delayMs, this.#onTimer)
  }

  readonly #onTimer = (): void => {
    this.#cancelTimer = undefined
    this.#timerAtMs = Number.POSITIVE_INFINITY
    const nowMs = this.#clock.nowMs()
    this.#expireUntil(nowMs)
    if (this.#size === 0) return
    // Whoever heard of an expiry may have added a waiter, and armed the timer for that one alone.
    const nextMs = this.#nextMs()
    if (nextMs < this.#timerAtMs) this.#arm(nextMs, nowMs)
  }

  #expireUntil(nowMs: number): void {
    const last = Math.floor(nowMs / SLOT_MS)
    // One round sees every slot, however long the loop was blocked. The current slot is looked at
    // again next time: it can still receive waiters that expire within it.
    const first = Math.max(this.#tick, last - SLOTS + 1)
    for (let tick = first; tick <= last && this.#size > 0; tick += 1) {
      this.#tick = tick
      const slot = tick % SLOTS
      let passage = this.#slots[slot]
      while (passage !== undefined) {
        const next: Passage | undefined = passage.slotNext
        if (passage.expiresAtMs <= nowMs) this.#onExpired(passage, nowMs)
        // Whoever hears of an expiry may cancel others: a link that has left the slot leads nowhere.
        passage = next === undefined || next.slot === slot ? next : this.#slots[slot]
      }
    }
    this.#tick = last
  }

  /** No later than the next expiry: a slot may hold waiters of a later round. O(slots), once a timer. */
  #nextMs(): number {
    for (let tick = this.#tick; tick < this.#tick + SLOTS; tick += 1) {
      if (this.#slots[tick % SLOTS] !== undefined) return (tick + 1) * SLOT_MS
    }
    return (this.#tick + SLOTS) * SLOT_MS
  }
}
