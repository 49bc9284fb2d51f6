import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { Readings } from './reading.ts'

const RESOLUTION_MS = 20
const NS_PER_S = 1e9

/** Watches the event loop since it was last opened. Costs a timer. */
export class LoopWindow {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  #utilization = performance.eventLoopUtilization()
  #openedMs = performance.now()

  /** How long it has been open, in milliseconds. */
  get ageMs(): number {
    return performance.now() - this.#openedMs
  }

  open(): void {
    this.#delay.enable()
    this.#delay.reset()
    this.#utilization = performance.eventLoopUtilization()
    this.#openedMs = performance.now()
  }

  close(): void {
    this.#delay.disable()
  }

  read(readings: Readings): void {
    const { utilization } = performance.eventLoopUtilization(this.#utilization)
    readings.add('event_loop_utilization_ratio', utilization)
    const { mean, max } = this.#delay
    const [p50, p99] = [this.#delay.percentile(50), this.#delay.percentile(99)]
    for (const [stat, ns] of Object.entries({ mean, p50, p99, max })) {
      // It measures from one tick to the next: what is beyond a tick is delay.
      const seconds = Math.max(0, ns / NS_PER_S - RESOLUTION_MS / 1_000)
      readings.add('event_loop_delay_seconds', seconds, { stat })
    }
  }
}
