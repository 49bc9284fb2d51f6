/** Whoever may have the thread, and for how long it had it. */
export interface ThreadUser {
  /** Milliseconds. */
  threadMs: number
  hasThread: boolean
}

/** More would not be told from each other any more, and everything has a bound. */
const MOST_USERS = 64

/**
 * How long each job keeps the thread from all others, where several are started before the first is done.
 *
 * Until the next begins, or all have begun, the time is that of the one that began. After that they go on in
 * microtasks: whoever is done has had the time since the one before it was. What is left when all have given the thread
 * back is that of those who wait for something, each an equal part. That is each one's own time where handlers come to
 * their end in one microtask; where several take turns it is not. O(1) for each job.
 */
export class ThreadTime {
  readonly #users: ThreadUser[] = []
  /** Up to when the time has been somebody's. */
  #untilMs = 0

  /** It has been started, and has the thread. */
  begin(user: ThreadUser, nowMs: number): void {
    this.endBegin(nowMs)
    if (this.#users.length >= MOST_USERS) this.end(nowMs)
    user.threadMs = 0
    user.hasThread = true
    this.#users.push(user)
  }

  /** The last that began has come to where it goes on in a microtask, or waits. */
  endBegin(nowMs: number): void {
    const last = this.#users.at(-1)
    if (last?.hasThread) last.threadMs += nowMs - this.#untilMs
    this.#untilMs = nowMs
  }

  /** It is done: what it has had until now is all. */
  settle(user: ThreadUser, nowMs: number): void {
    user.hasThread = false
    user.threadMs += nowMs - this.#untilMs
    this.#untilMs = nowMs
  }

  /** Nobody has the thread any more. */
  end(nowMs: number): void {
    let left = 0
    for (const { hasThread } of this.#users) left += Number(hasThread)
    const eachMs = left === 0 ? 0 : (nowMs - this.#untilMs) / left
    // One by one: an array whose length is set to 0 takes new memory for the next that begins.
    for (let user = this.#users.pop(); user !== undefined; user = this.#users.pop()) {
      if (user.hasThread) user.threadMs += eachMs
      user.hasThread = false
    }
  }
}
