import { build, type Histogram } from 'hdr-histogram-js'
import type { LatencySummary } from './load-report.ts'

const US_PER_MS = 1000

/** Latencies in an HdrHistogram of microseconds: three digits at any size, in constant memory. */
export class LatencyRecord {
  readonly #histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 10 * 60 * 1000 * US_PER_MS,
    numberOfSignificantValueDigits: 3,
  })

  record(latencyMs: number): void {
    this.#histogram.recordValue(Math.max(0, Math.round(latencyMs * US_PER_MS)))
  }

  add(other: LatencyRecord): void {
    this.#histogram.add(other.#histogram)
  }

  summary(): LatencySummary {
    const count = this.#histogram.totalCount
    if (count === 0) return { count }
    const quantileMs = (percentile: number): number =>
      this.#histogram.getValueAtPercentile(percentile) / US_PER_MS
    return {
      count,
      p50Ms: quantileMs(50),
      p90Ms: quantileMs(90),
      p99Ms: quantileMs(99),
      maxMs: this.#histogram.maxValue / US_PER_MS,
    }
  }
}
