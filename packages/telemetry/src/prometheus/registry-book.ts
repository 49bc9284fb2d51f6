import { InvalidOptionError } from '@headgate/core'
import { CATALOG, type Metric, type MetricSource } from '../catalog.ts'
import { ProcessMeter } from '../read/process-meter.ts'
import type { PrometheusFeed } from './prometheus-feed.ts'
import { RegisteredMetric } from './registered-metric.ts'

/** As much of prom-client's `Registry` as is needed. */
export interface PrometheusRegistry {
  getSingleMetric(name: string): unknown
  // biome-ignore lint/suspicious/noExplicitAny: prom-client's own type names four classes, and would make it a dependency of types.
  registerMetric(metric: any): void
  removeSingleMetric(name: string): void
}

const books = new WeakMap<object, RegistryBook>()

/** What we have in one registry: several admissions and clients share its metrics, told apart by `name`. */
export class RegistryBook {
  readonly #registry: PrometheusRegistry
  readonly #feeds = new Set<PrometheusFeed>()
  readonly #meter = new ProcessMeter()
  readonly #registered = new Map<MetricSource, readonly RegisteredMetric[]>()

  private constructor(registry: PrometheusRegistry) {
    this.#registry = registry
  }

  static of(registry: PrometheusRegistry): RegistryBook {
    const known = books.get(registry)
    if (known !== undefined) return known
    const book = new RegistryBook(registry)
    books.set(registry, book)
    return book
  }

  /** @throws {InvalidOptionError} and changes nothing when a name is taken. */
  check(kind: MetricSource, name: string): void {
    this.#forgetCleared()
    for (const feed of this.#feeds) {
      if (feed.kind === kind && feed.name === name) {
        const expected = `another than that of the ${kind} that is in this registry already`
        throw new InvalidOptionError('name', expected, name)
      }
    }
    for (const source of [kind, 'process', 'telemetry'] as const) {
      if (this.#registered.has(source)) continue
      const taken = metricsOf(source).find((metric) => this.#isTaken(metric))
      if (taken === undefined) continue
      throw new InvalidOptionError('registry', `one without a metric ${taken.name}`, taken.name)
    }
  }

  add(feed: PrometheusFeed): void {
    if (this.#feeds.size === 0) this.#meter.start()
    this.#feeds.add(feed)
    for (const source of [feed.kind, 'process', 'telemetry'] as const) this.#register(source)
  }

  remove(feed: PrometheusFeed): void {
    if (!this.#feeds.delete(feed)) return
    const kinds = new Set<MetricSource>([...this.#feeds].map(({ kind }) => kind))
    for (const [source, metrics] of this.#registered) {
      const isShared = source === 'process' || source === 'telemetry'
      if (isShared ? kinds.size > 0 : kinds.has(source)) continue
      for (const metric of metrics) {
        if (this.#has(metric)) this.#registry.removeSingleMetric(metric.name)
      }
      this.#registered.delete(source)
    }
    if (this.#feeds.size === 0) this.#meter.stop()
  }

  /** Whoever clears a registry takes out what was in it: it may come back, under the same name. */
  #forgetCleared(): void {
    const metrics = [...this.#registered.values()].flat()
    if (metrics.every((metric) => this.#has(metric))) return
    for (const feed of [...this.#feeds]) {
      feed.stop()
      this.remove(feed)
    }
  }

  #has(metric: RegisteredMetric): boolean {
    return this.#registry.getSingleMetric(metric.name) === metric
  }

  #isTaken({ name }: Metric): boolean {
    return this.#registry.getSingleMetric(name) !== undefined
  }

  #register(source: MetricSource): void {
    if (this.#registered.has(source)) return
    const feeds =
      source === 'process' ? (): readonly ProcessFeed[] => [this.#process] : () => [...this.#feeds]
    const metrics = metricsOf(source).map((metric) => new RegisteredMetric(metric, feeds))
    for (const metric of metrics) this.#registry.registerMetric(metric)
    this.#registered.set(source, metrics)
  }

  readonly #process = new ProcessFeed(this.#meter)
}

class ProcessFeed {
  readonly #meter: ProcessMeter
  #read: ReturnType<ProcessMeter['read']> | undefined = undefined

  constructor(meter: ProcessMeter) {
    this.#meter = meter
  }

  readingsOf(name: string): ReturnType<ProcessMeter['read']> {
    if (this.#read === undefined) {
      this.#read = this.#meter.read()
      // All metrics of a scrape are asked at once, before any promise: the meter is read once for them.
      queueMicrotask(() => {
        this.#read = undefined
      })
    }
    return this.#read.filter((reading) => reading.name === name)
  }

  seriesOf(): readonly [] {
    return []
  }
}

function metricsOf(source: MetricSource): readonly Metric[] {
  return CATALOG.filter((metric) => metric.source === source)
}
