import type { Passage } from '../admission/passage.ts'

/** A limit that grows may take all who wait at once; with more coming than is served, that is over in a few milliseconds. */
const MOMENT_MS = 10

/**
 * Waiters of one tier in order of arrival: a doubly linked list through the passages themselves.
 * Everything is O(1).
 */
export class WaitingLine {
  /** Index into `TIERS`. */
  readonly rank: number
  #oldest: Passage | undefined = undefined
  #newest: Passage | undefined = undefined
  #length = 0
  #nonEmptySinceMs = 0
  #emptySinceMs = 0
  #standing = false
  #standsSinceMs = 0
  #refusedMs = 0
  #refuses = false

  constructor(rank: number) {
    this.rank = rank
  }

  get oldest(): Passage | undefined {
    return this.#oldest
  }

  get newest(): Passage | undefined {
    return this.#newest
  }

  get length(): number {
    return this.#length
  }

  /**
   * Whether the line is a standing queue, one that only adds delay: it has not been empty for
   * `intervalMs` and its oldest waiter has waited half of that. Holds until the line is empty, and not for a
   * moment where it refuses, or has refused nobody for `intervalMs`: a standing queue is kept so short that
   * waits cannot tell when it is over.
   *
   * Source: "time since the queue was last empty", Maurer, "Fail at Scale" (ACM Queue, 2015). The
   * second condition spares a busy server whose queue never empties but is always short.
   */
  isStanding(nowMs: number, intervalMs: number): boolean {
    if (this.#oldest === undefined) return false
    if (this.#standing) {
      if (nowMs - this.#refusedMs <= intervalMs) return true
      this.#standing = false
      this.#nonEmptySinceMs = nowMs
      return false
    }
    if (nowMs - this.#nonEmptySinceMs <= intervalMs) return false
    if (!this.isStale(nowMs, intervalMs / 2)) return false
    this.#standing = true
    this.#standsSinceMs = nowMs
    this.#refuses = false
    this.#refusedMs = nowMs
    return true
  }

  /** Whether it has refused somebody since it stands: more comes than is served, and not for a moment. */
  get refuses(): boolean {
    return this.#standing && this.#refuses
  }

  /** Whether it has begun to stand within the last `ms`. */
  standsSince(nowMs: number, ms: number): boolean {
    return this.#standing && nowMs - this.#standsSinceMs <= ms
  }

  /** Whether somebody has waited longer than `waitMs`. */
  isStale(nowMs: number, waitMs: number): boolean {
    return this.#oldest !== undefined && nowMs - this.#oldest.enqueuedMs > waitMs
  }

  /** A waiter or an arrival of this line was refused for want of room. */
  onRefuse(nowMs: number): void {
    this.#refusedMs = nowMs
    this.#refuses = true
  }

  add(passage: Passage, nowMs: number): void {
    const newest = this.#newest
    passage.older = newest
    if (newest === undefined) {
      this.#oldest = passage
      this.#nonEmptySinceMs = nowMs
      if (nowMs - this.#emptySinceMs > MOMENT_MS) this.#standing = false
    } else {
      newest.newer = passage
    }
    this.#newest = passage
    this.#length += 1
  }

  remove(passage: Passage, nowMs: number): void {
    const { older, newer } = passage
    if (older === undefined) this.#oldest = newer
    else older.newer = newer
    if (newer === undefined) this.#newest = older
    else newer.older = older
    passage.older = undefined
    passage.newer = undefined
    this.#length -= 1
    if (this.#length > 0) return
    this.#emptySinceMs = nowMs
    if (!this.#refuses) this.#standing = false
  }
}
