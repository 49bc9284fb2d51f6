import type { VirtualClock } from '@headgate/core'

/** A piece of work at a server. */
export interface Job {
  /** Nobody waits for it after that. Only a server that knows of deadlines looks at it. */
  readonly deadlineAtMs: number
  readonly onDone: () => void
  state: 'queued' | 'running' | 'gone'
  stop: () => void
}

export interface ServerSettings {
  readonly workers: number
  /** Draws how long one piece of work takes, in milliseconds. */
  readonly serviceMs: () => number
  /** Leaves out work in its queue that nobody waits for any more. */
  readonly knowsDeadlines?: boolean
}

/** Workers behind one endless queue, first come, first served. */
export class SimulatedServer {
  readonly #clock: VirtualClock
  readonly #settings: ServerSettings
  #queue: Job[] = []
  #head = 0
  #busy = 0
  #stalledUntilMs = 0
  /** How many times slower than usual. */
  slowness = 1

  constructor(clock: VirtualClock, settings: ServerSettings) {
    this.#clock = clock
    this.#settings = settings
  }

  /** Work that waits, cancelled work included. */
  get queued(): number {
    return this.#queue.length - this.#head
  }

  submit(deadlineAtMs: number, onDone: () => void): Job {
    const job: Job = { deadlineAtMs, onDone, state: 'queued', stop: () => {} }
    this.#queue.push(job)
    this.#pump()
    return job
  }

  /** The caller left, and the server hears of it: what is running stops. */
  cancel(job: Job): void {
    if (job.state === 'running') {
      job.stop()
      this.#busy -= 1
    }
    job.state = 'gone'
    this.#pump()
  }

  /** Nothing starts for so long; what runs takes so much longer. */
  stall(forMs: number): void {
    this.#stalledUntilMs = this.#clock.nowMs() + forMs
    this.#clock.schedule(forMs, () => this.#pump())
  }

  #pump(): void {
    const nowMs = this.#clock.nowMs()
    while (this.#busy < this.#settings.workers && this.#head < this.#queue.length) {
      if (nowMs < this.#stalledUntilMs) return
      const job = this.#queue[this.#head] as Job
      this.#head += 1
      const isLate = this.#settings.knowsDeadlines === true && job.deadlineAtMs <= nowMs
      if (job.state === 'queued' && !isLate) this.#start(job)
    }
    if (this.#head < 1000) return
    this.#queue = this.#queue.slice(this.#head)
    this.#head = 0
  }

  #start(job: Job): void {
    job.state = 'running'
    this.#busy += 1
    const end = () => {
      const leftMs = this.#stalledUntilMs - this.#clock.nowMs()
      if (leftMs > 0) {
        job.stop = this.#clock.schedule(leftMs, end)
        return
      }
      job.state = 'gone'
      this.#busy -= 1
      job.onDone()
      this.#pump()
    }
    job.stop = this.#clock.schedule(this.#settings.serviceMs() * this.slowness, end)
  }
}
