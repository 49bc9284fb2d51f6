import type { Gate } from './gate.ts'
import { type GateParts, Permits } from './permits.ts'

export interface WaitingRoom {
  readonly maxWaitMs: number
  /** Waiters at most, given the limit. */
  readonly maxQueued: (limit: number) => number
}

interface Waiter {
  readonly arrivedMs: number
  cancelExpiry: () => void
}

/** Lets requests wait for a permit, first come first served, in a bounded room and for a bounded time. */
export class WaitingRoomGate implements Gate {
  readonly #parts: GateParts
  readonly #room: WaitingRoom
  readonly #permits: Permits
  /** Insertion order is arrival order, and leaving early is O(1). */
  readonly #waiters = new Set<Waiter>()

  constructor(parts: GateParts, room: WaitingRoom) {
    this.#parts = parts
    this.#room = room
    this.#permits = new Permits(parts)
  }

  arrive(): void {
    const { clock, limit, onEnd } = this.#parts
    const arrivedMs = clock.nowMs()
    if (this.#permits.available && this.#waiters.size === 0) {
      this.#run(arrivedMs)
    } else if (this.#waiters.size < this.#room.maxQueued(limit.current)) {
      this.#wait(arrivedMs)
    } else {
      limit.onReject?.()
      onEnd({ kind: 'refused', arrivedMs })
    }
  }

  #wait(arrivedMs: number): void {
    const waiter: Waiter = { arrivedMs, cancelExpiry: () => {} }
    waiter.cancelExpiry = this.#parts.clock.schedule(this.#room.maxWaitMs, () => {
      this.#waiters.delete(waiter)
      this.#parts.onEnd({ kind: 'expired', arrivedMs })
    })
    this.#waiters.add(waiter)
  }

  #run(arrivedMs: number): void {
    this.#permits.run(arrivedMs, () => this.#admitWaiting())
  }

  #admitWaiting(): void {
    for (const waiter of this.#waiters) {
      if (!this.#permits.available) return
      this.#waiters.delete(waiter)
      waiter.cancelExpiry()
      this.#run(waiter.arrivedMs)
    }
  }
}
