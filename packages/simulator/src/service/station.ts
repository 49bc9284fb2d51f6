import type { Clock } from '@headgate/core'
import type { Stage } from './stage.ts'

interface Job {
  readonly durationMs: number
  readonly done: () => void
}

/**
 * Some servers behind one unbounded first-come queue: a CPU (one server is an event loop), or a pool of
 * connections.
 */
export class Station implements Stage {
  readonly #clock: Clock
  readonly #waiting: Job[] = []
  #head = 0
  #servers: number
  #slowness = 1
  #busy = 0
  #busyMs = 0
  #changedMs: number
  #readBusyMs = 0
  #readMs: number

  constructor(clock: Clock, servers: number) {
    this.#clock = clock
    this.#servers = servers
    this.#changedMs = clock.nowMs()
    this.#readMs = clock.nowMs()
  }

  get queued(): number {
    return this.#waiting.length - this.#head
  }

  serve(durationMs: number, done: () => void): void {
    const job = { durationMs, done }
    if (this.#busy < this.#servers) this.#start(job)
    else this.#waiting.push(job)
  }

  /** Changes the number of servers. Work under way goes on; too many servers end with what they do. */
  resize(servers: number): void {
    this.#servers = servers
    this.#startWaiting()
  }

  /** Every job that starts from now on takes `factor` times as long. */
  slow(factor: number): void {
    this.#slowness = factor
  }

  /** Busy share of the servers since the last call, 0 to 1: what the event loop calls its utilisation. */
  readUtilization(): number {
    this.#accrue()
    const nowMs = this.#clock.nowMs()
    const elapsedMs = nowMs - this.#readMs
    const busyMs = this.#busyMs - this.#readBusyMs
    this.#readMs = nowMs
    this.#readBusyMs = this.#busyMs
    return elapsedMs <= 0 ? 0 : Math.min(1, busyMs / (elapsedMs * this.#servers))
  }

  #start(job: Job): void {
    this.#accrue()
    this.#busy += 1
    this.#clock.schedule(job.durationMs * this.#slowness, () => {
      this.#accrue()
      this.#busy -= 1
      this.#startWaiting()
      job.done()
    })
  }

  #startWaiting(): void {
    while (this.#busy < this.#servers && this.queued > 0) {
      const job = this.#waiting[this.#head] as Job
      this.#head += 1
      if (this.#head === this.#waiting.length || this.#head === 4096) {
        this.#waiting.splice(0, this.#head)
        this.#head = 0
      }
      this.#start(job)
    }
  }

  #accrue(): void {
    const nowMs = this.#clock.nowMs()
    this.#busyMs += this.#busy * (nowMs - this.#changedMs)
    this.#changedMs = nowMs
  }
}
