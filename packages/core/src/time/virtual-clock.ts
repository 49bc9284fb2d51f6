import type { Clock } from './clock.ts'

interface Timer {
  readonly atMs: number
  readonly order: number
  readonly task: () => void
  cancelled: boolean
}

/**
 * A clock that stands still until it is told to move: for tests and simulations.
 *
 * Tasks run in order of their time; equal times run in order of scheduling. Scheduling costs
 * O(log n), cancelling O(1) (a cancelled timer is dropped when its time comes).
 */
export class VirtualClock implements Clock {
  readonly #heap: Timer[] = []
  #nowMs = 0
  #order = 0
  #pending = 0

  nowMs(): number {
    return this.#nowMs
  }

  /** How many scheduled tasks have neither run nor been cancelled. */
  get pending(): number {
    return this.#pending
  }

  /** @throws {RangeError} when `delayMs` is not finite: such a task would have no place in the order. */
  schedule(delayMs: number, task: () => void): () => void {
    checkFinite('delayMs', delayMs)
    const atMs = this.#nowMs + Math.max(0, delayMs)
    const timer: Timer = { atMs, order: this.#order++, task, cancelled: false }
    this.#pending += 1
    this.#push(timer)
    return () => {
      if (timer.cancelled) return
      timer.cancelled = true
      this.#pending -= 1
    }
  }

  /**
   * Moves time forward by `byMs`, running what falls due on the way, tasks scheduled meanwhile included.
   *
   * @throws {RangeError} when `byMs` is not finite.
   */
  advance(byMs: number): void {
    checkFinite('byMs', byMs)
    this.advanceTo(this.#nowMs + byMs)
  }

  /**
   * Moves time forward to `toMs`, running what falls due on the way.
   *
   * @throws {RangeError} when `toMs` is not finite.
   */
  advanceTo(toMs: number): void {
    checkFinite('toMs', toMs)
    for (let next = this.#heap[0]; next !== undefined && next.atMs <= toMs; next = this.#heap[0]) {
      this.#pop()
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      this.#run(next)
    }
    this.#nowMs = Math.max(this.#nowMs, toMs)
  }

  /** Runs the next task that is due, moving time to it. False when nothing is scheduled. */
  step(): boolean {
    const next = this.#pop()
    if (next === undefined) return false
    this.#nowMs = Math.max(this.#nowMs, next.atMs)
    this.#run(next)
    return true
  }

  #run(timer: Timer): void {
    if (timer.cancelled) return
    // From here on cancelling is a no-op: the task has had its turn.
    timer.cancelled = true
    this.#pending -= 1
    timer.task()
  }

  #push(timer: Timer): void {
    const heap = this.#heap
    let index = heap.length
    heap.push(timer)
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent] as Timer
      if (!isBefore(timer, above)) break
      heap[index] = above
      index = parent
    }
    heap[index] = timer
  }

  #pop(): Timer | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let index = 0
    for (;;) {
      let child = index * 2 + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Timer, heap[child] as Timer)) {
        child += 1
      }
      if (!isBefore(heap[child] as Timer, last)) break
      heap[index] = heap[child] as Timer
      index = child
    }
    heap[index] = last
    return first
  }
}

/** Time that is not a number, or has no end, spoils everything that is computed from it afterwards. */
function checkFinite(name: string, ms: number): void {
  if (!Number.isFinite(ms)) throw new RangeError(`${name} must be finite, got ${String(ms)}`)
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}
