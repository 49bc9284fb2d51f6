import type { Flow } from './flow.ts'

const MOST = 4_096

/**
 * Flows that have nothing active but have used more than their share: without their record, leaving
 * would wipe out what they owe. Bounded; when there are too many, the oldest is forgiven.
 */
export class Debtors {
  #ring: (Flow | undefined)[] = []
  /** Places are counted on for ever; a place modulo the bound is where it is. */
  #first = 0
  #next = 0
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Returns who is forgiven to make place. */
  add(flow: Flow): Flow | undefined {
    const forgiven = this.#next - this.#first >= MOST ? this.#forgiveFirst() : undefined
    flow.debtPlace = this.#next
    this.#ring[this.#next % MOST] = flow
    this.#next += 1
    this.#size += 1
    return forgiven
  }

  /** It is back, or forgiven. */
  remove(flow: Flow): void {
    this.#ring[flow.debtPlace % MOST] = undefined
    flow.debtPlace = -1
    this.#size -= 1
    if (this.#size === 0) this.#first = this.#next
  }

  /** Forgets everybody. O(1): what is forgotten is not touched. */
  clear(): void {
    this.#ring = []
    this.#first = 0
    this.#next = 0
    this.#size = 0
  }

  #forgiveFirst(): Flow | undefined {
    const flow = this.#ring[this.#first % MOST]
    this.#first += 1
    // A debtor that came back has left its place empty.
    if (flow !== undefined) this.remove(flow)
    return flow
  }
}
