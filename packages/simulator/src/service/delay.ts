import type { Clock } from '@headgate/core'
import type { Stage } from './stage.ts'

/** Time that passes for each request alone: a remote service with room for everybody. */
export class Delay implements Stage {
  readonly #clock: Clock
  #slowness = 1

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Every duration from now on takes `factor` times as long: 10 is a dependency that became slow. */
  slow(factor: number): void {
    this.#slowness = factor
  }

  serve(durationMs: number, done: () => void): void {
    this.#clock.schedule(durationMs * this.#slowness, done)
  }
}
