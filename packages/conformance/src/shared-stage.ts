import type { Test } from 'tap'
import { type Answer, ask, type Question } from './ask.ts'
import type { GateOptions, SharingHost, SharingOptions } from './host-under-test.ts'
import { Stage } from './stage.ts'
import { until } from './until.ts'

/** A host that shares answers, and crowds that ask it the same. */
export class SharedStage {
  readonly stage: Stage

  static async open(
    t: Test,
    { name, start }: SharingHost,
    { options = {}, coalesce = {} }: { options?: GateOptions; coalesce?: SharingOptions } = {},
  ): Promise<SharedStage> {
    const stage = await Stage.open(
      t,
      { name, isGuard: false, start: (service, gate) => start(service, gate, coalesce) },
      options,
    )
    return new SharedStage(stage)
  }

  private constructor(stage: Stage) {
    this.stage = stage
  }

  get begun(): number {
    return this.stage.service.begun
  }

  /** The first of them asks, and once its handler runs, the others. */
  async crowd(count: number, question: Question): Promise<Promise<Answer>[]> {
    const { port, service } = this.stage
    const before = service.running
    const first = ask(port, question)
    await until('the handler of the first runs', () => service.running === before + 1)
    const others = Array.from({ length: count - 1 }, () => ask(port, question))
    await this.waiting(count - 1)
    return [first, ...others]
  }

  waiting(count: number): Promise<void> {
    const { admission } = this.stage
    return until(`${count} wait`, () => admission.snapshot().coalesced.waiting === count)
  }

  running(count: number): Promise<void> {
    return until(`${count} handlers run`, () => this.stage.service.running === count)
  }
}
