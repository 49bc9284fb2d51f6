interface Waiter {
  readonly resume: () => void
  next: Waiter | undefined
}

/**
 * A database pool as most are: a fixed number of connections, and a wait queue without a bound, whose waiters do not
 * leave it when their client does.
 */
export class SlotPool {
  #free: number
  #first: Waiter | undefined
  #last: Waiter | undefined

  constructor(slots: number) {
    this.#free = slots
  }

  async run(query: () => Promise<void>): Promise<void> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>((resume) => this.#enqueue({ resume, next: undefined }))
    try {
      await query()
    } finally {
      this.#handOver()
    }
  }

  #enqueue(waiter: Waiter): void {
    if (this.#last === undefined) this.#first = waiter
    else this.#last.next = waiter
    this.#last = waiter
  }

  #handOver(): void {
    const waiter = this.#first
    if (waiter === undefined) {
      this.#free += 1
      return
    }
    this.#first = waiter.next
    if (this.#first === undefined) this.#last = undefined
    waiter.resume()
  }
}
