import { DURATION_BOUNDS, type Metric } from '../catalog.ts'
import type { Series } from '../read/duration-tally.ts'
import type { Reading } from '../read/reading.ts'

/** One value as prom-client prints it. */
export interface PrintedValue {
  readonly metricName?: string
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

/** As much of a metric as a registry of prom-client needs. */
export interface PrintedMetric {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly aggregator: string
  readonly values: readonly PrintedValue[]
}

/** Whose values a metric tells. */
export interface MetricFeed {
  /** Values of one metric, now. Never throws. */
  readingsOf(name: string): readonly Reading[]
  seriesOf(name: string): readonly Series[]
}

/**
 * A metric in a registry of prom-client that keeps no values of its own: it reads them when it is asked.
 * So a request costs nothing for most of them, and the registry's own bookkeeping for none.
 */
export class RegisteredMetric {
  readonly #metric: Metric
  readonly #feeds: () => readonly MetricFeed[]
  /** Prom-client writes it when it prints OpenMetrics. */
  name: string

  constructor(metric: Metric, feeds: () => readonly MetricFeed[]) {
    this.#metric = metric
    this.#feeds = feeds
    this.name = metric.name
  }

  get help(): string {
    return this.#metric.help
  }

  get type(): string {
    return this.#metric.type
  }

  /** Called by the registry, for each scrape. */
  get(): PrintedMetric {
    const { name, help, type } = this
    const values = type === 'histogram' ? this.#histograms() : this.#readings()
    return { name, help, type, values, aggregator: aggregatorOf(this.#metric) }
  }

  /** Called by the registry's `resetMetrics`. What is told is the state of the service: it stays. */
  reset(): void {}

  #readings(): readonly PrintedValue[] {
    return this.#feeds().flatMap((feed) => feed.readingsOf(this.#metric.name))
  }

  #histograms(): readonly PrintedValue[] {
    return this.#feeds().flatMap((feed) => feed.seriesOf(this.#metric.name).flatMap(printSeries))
  }
}

/** What prom-client makes of the values of several processes of a cluster: a state or a ratio has no sum. */
function aggregatorOf({ type, unit }: Metric): 'sum' | 'max' {
  return type === 'gauge' && (unit === '1' || unit === 's') ? 'max' : 'sum'
}

function printSeries({ name, labels, histogram }: Series): readonly PrintedValue[] {
  const { cumulative, sum } = histogram
  const buckets = cumulative.map((value, index) => ({
    metricName: `${name}_bucket`,
    labels: { ...labels, le: DURATION_BOUNDS[index] ?? '+Inf' },
    value,
  }))
  const count = cumulative[cumulative.length - 1] as number
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ]
}
