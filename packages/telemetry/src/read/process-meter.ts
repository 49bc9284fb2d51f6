import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import { type Reading, Readings } from './reading.ts'

const RESOLUTION_MS = 20
const NS_PER_S = 1e9

/** Reads the event loop and the heap of this process. Between two readings it costs a timer. */
export class ProcessMeter {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  #utilization = performance.eventLoopUtilization()

  start(): void {
    this.#delay.enable()
  }

  stop(): void {
    this.#delay.disable()
  }

  read(): readonly Reading[] {
    const readings = new Readings()
    const now = performance.eventLoopUtilization()
    const since = performance.eventLoopUtilization(now, this.#utilization)
    this.#utilization = now
    readings.add('event_loop_utilization_ratio', since.utilization)
    const { mean, max } = this.#delay
    const [p50, p99] = [this.#delay.percentile(50), this.#delay.percentile(99)]
    for (const [stat, ns] of Object.entries({ mean, p50, p99, max })) {
      // It measures from one tick to the next: what is beyond a tick is delay.
      const seconds = Math.max(0, ns / NS_PER_S - RESOLUTION_MS / 1_000)
      readings.add('event_loop_delay_seconds', seconds, { stat })
    }
    this.#delay.reset()
    const { used_heap_size, heap_size_limit } = getHeapStatistics()
    readings.add('heap_used_bytes', used_heap_size)
    readings.add('heap_limit_bytes', heap_size_limit)
    return readings.all
  }
}
