import type { Clock } from '../src/time/clock.ts'

/** A clock that stands still until it is moved; what falls due on the way runs in the order of its time. */
export class ManualClock implements Clock {
  #nowMs = 0
  #tasks: { readonly atMs: number; readonly task: () => void }[] = []

  nowMs(): number {
    return this.#nowMs
  }

  get pending(): number {
    return this.#tasks.length
  }

  schedule(delayMs: number, task: () => void): () => void {
    const entry = { atMs: this.#nowMs + delayMs, task }
    this.#tasks.push(entry)
    return () => {
      this.#tasks = this.#tasks.filter((it) => it !== entry)
    }
  }

  advance(byMs: number): void {
    const toMs = this.#nowMs + byMs
    for (;;) {
      const due = this.#tasks.filter(({ atMs }) => atMs <= toMs).sort((a, b) => a.atMs - b.atMs)[0]
      if (due === undefined) break
      this.#tasks = this.#tasks.filter((it) => it !== due)
      this.#nowMs = Math.max(this.#nowMs, due.atMs)
      due.task()
    }
    this.#nowMs = toMs
  }
}
