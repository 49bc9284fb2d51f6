import type { Clock, Pressure } from '@headgate/core'
import { promptAnswer } from '../admission/prompt-answer.ts'
import { DEGRADED_FROM, Degradation } from './degradation.ts'
import { HeapPressure } from './heap-pressure.ts'

const SAMPLE_MS = 250
/** A turn of the loop that takes this long is as bad as it gets. */
const WORST_DELAY_MS = 1_000
/** One long turn fades within a few samples. */
const DELAY_MEMORY = 0.5

const NOTHING_FORCED = Object.freeze({ pressure: undefined })

/** A user's own signal: how close a resource is to its end, 0 to 1. */
export type PressureSignal = () => number

type HeapGauge = Pick<HeapPressure, 'level' | 'onTick' | 'stop'>

export interface ProcessPressureParts {
  /** A signal threw, or gave a promise: it counts as 0. */
  readonly onSignalError: (error: unknown) => void
  /** Live heap as pressure. Default that of this process. */
  readonly heap?: HeapGauge
  /** What a test wants it to be. */
  readonly forced?: { readonly pressure: number | undefined }
}

/**
 * Samples how close the process is to its end: the heap, delays of the event loop, and the user's own
 * signals, of which the highest counts. One unref'd timer, four times a second; reading is free.
 */
export class ProcessPressure implements Pressure {
  readonly #clock: Clock
  readonly #signals: readonly PressureSignal[]
  readonly #heap: HeapGauge
  readonly #onSignalError: (error: unknown) => void
  readonly #forced: { readonly pressure: number | undefined }
  readonly #degradation = new Degradation()
  #level = 0
  #delayMs = 0
  #dueMs = 0
  #cancelTimer: (() => void) | undefined = undefined

  constructor(
    clock: Clock,
    signals: readonly PressureSignal[],
    { onSignalError, heap = new HeapPressure(), forced = NOTHING_FORCED }: ProcessPressureParts,
  ) {
    this.#clock = clock
    this.#signals = signals
    this.#heap = heap
    this.#forced = forced
    this.#onSignalError = onSignalError
  }

  get level(): number {
    return this.#forced.pressure ?? Math.max(this.#heap.level, this.#level)
  }

  get isHard(): boolean {
    return this.#forced.pressure === undefined && this.#heap.level >= 1
  }

  /** High enough for handlers to serve less, with hysteresis. */
  get isHigh(): boolean {
    const { pressure } = this.#forced
    return pressure === undefined ? this.#degradation.isHigh : pressure >= DEGRADED_FROM
  }

  start(): void {
    this.#dueMs = this.#clock.nowMs() + SAMPLE_MS
    this.#cancelTimer = this.#clock.schedule(SAMPLE_MS, this.#onTimer)
  }

  stop(): void {
    this.#heap.stop()
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }

  readonly #onTimer = (): void => {
    // A timer that fires late by d means that some turn of the loop took about d.
    const lateMs = Math.max(0, this.#clock.nowMs() - this.#dueMs)
    this.#delayMs = Math.max(lateMs, this.#delayMs * DELAY_MEMORY)
    this.#level = Math.min(Math.max(this.#delayMs / WORST_DELAY_MS, this.#fromSignals()), 1)
    this.#heap.onTick()
    this.#degradation.onSample(this.level)
    this.start()
  }

  #fromSignals(): number {
    let highest = 0
    for (const signal of this.#signals) {
      try {
        const level = promptAnswer('pressure', signal(), this.#onSignalError)
        // Whatever else a signal returns (a string, a bigint) must not get into the sum.
        if (typeof level === 'number' && level > highest) highest = level
      } catch (error) {
        this.#onSignalError(error)
      }
    }
    return highest
  }
}
