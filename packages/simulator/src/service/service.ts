import type { Distribution } from '../random/distribution.ts'
import type { Random } from '../random/random.ts'
import type { Stage } from './stage.ts'

/** One step of a request's way: where, and how much work there. */
export interface Step {
  readonly stage: Stage
  readonly work: Distribution
}

/** What handles requests: the steps, one after the other. */
export class Service {
  readonly #steps: readonly Step[]
  readonly #random: Random

  constructor(steps: readonly Step[], random: Random) {
    this.#steps = steps
    this.#random = random
  }

  /** Runs one request. `done` gets the work it was, in milliseconds: its latency had it been alone. */
  handle(done: (workMs: number) => void): void {
    this.#enter(0, 0, done)
  }

  #enter(index: number, workMs: number, done: (workMs: number) => void): void {
    const step = this.#steps[index]
    if (step === undefined) {
      done(workMs)
      return
    }
    const durationMs = step.work.draw(this.#random)
    step.stage.serve(durationMs, () => this.#enter(index + 1, workMs + durationMs, done))
  }
}
