import type { Clock } from '@headgate/core'
import type { Attempt } from '../traffic/attempt.ts'
import type { Call } from '../traffic/call.ts'
import type { RunObserver } from '../traffic/run-observer.ts'

/** Writes each decision, and what led to it, as one line of JSON. The same run writes the same bytes. */
export class TraceWriter implements RunObserver {
  readonly #clock: Clock
  readonly #write: (line: string) => void

  /** `write` gets a line with its end. */
  constructor(clock: Clock, write: (line: string) => void) {
    this.#clock = clock
    this.#write = write
  }

  onOffer({ id, call, request, workMs }: Attempt): void {
    const population = call.population.name
    this.#line('offer', { id, population, ...request, try: call.tries, workMs })
  }

  onStart({ id, waitedMs }: Attempt): void {
    this.#line('start', { id, waitedMs })
  }

  onRefuse({ id, reason, offeredMs, endedMs }: Attempt): void {
    this.#line('refuse', { id, reason, waitedMs: endedMs - offeredMs })
  }

  onLeave({ id, offeredMs, endedMs }: Attempt): void {
    this.#line('leave', { id, waitedMs: endedMs - offeredMs })
  }

  onServe({ id, startedMs, endedMs, isAbandoned }: Attempt): void {
    this.#line('serve', { id, heldMs: endedMs - startedMs, isAbandoned })
  }

  onCall({ population, owner, isGood, tries, latencyMs }: Call): void {
    this.#line('call', { population: population.name, owner, isGood, tries, latencyMs })
  }

  onLimit(from: number, to: number): void {
    this.#line('limit', { from, to })
  }

  #line(what: string, rest: Readonly<Record<string, unknown>>): void {
    this.#write(`${JSON.stringify({ atMs: this.#clock.nowMs(), what, ...rest })}\n`)
  }
}
