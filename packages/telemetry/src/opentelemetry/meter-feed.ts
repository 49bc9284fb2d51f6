import type { TimeShare } from '@headgate/core'
import type { Meter, Observable, ObservableResult } from '@opentelemetry/api'
import { CATALOG, type Metric, otelName } from '../catalog.ts'
import { LimitTally } from '../read/limit-tally.ts'
import { ProcessMeter } from '../read/process-meter.ts'
import { ofFeed, type Reading } from '../read/reading.ts'
import type { Source } from '../read/source.ts'
import { attributesOf } from './attributes-of.ts'
import { DurationFeed } from './duration-feed.ts'

/** Tells a meter of OpenTelemetry: values when it collects, durations soon after they come. */
export class MeterFeed {
  readonly #source: Source
  readonly name: string
  readonly #share: TimeShare
  readonly #spans: TimeShare
  readonly #process = new ProcessMeter()
  readonly #limits: LimitTally
  #durations: DurationFeed | undefined = undefined
  readonly #ends: (() => void)[] = []

  /** `events` is its own share; that of `spans` it only tells of. */
  constructor(
    source: Source,
    name: string,
    { events, spans }: { readonly events: TimeShare; readonly spans: TimeShare },
  ) {
    this.#source = source
    this.name = name
    this.#share = events
    this.#spans = spans
    this.#limits = new LimitTally(source.admission, 'opentelemetry')
  }

  get kind(): Source['kind'] {
    return this.#source.kind
  }

  start(meter: Meter): void {
    const kinds = [this.#source.kind, 'process', 'telemetry']
    const metrics = CATALOG.filter(({ source }) => kinds.includes(source))
    const observables = new Map<string, Observable>()
    for (const metric of metrics) {
      if (metric.type !== 'histogram') observables.set(metric.name, observable(meter, metric))
    }
    const onCollect = (result: { observe: ObservableResult['observe'] }): void =>
      this.#observe(observables, result as never)
    const all = [...observables.values()]
    meter.addBatchObservableCallback(onCollect as never, all)
    this.#ends.push(() => meter.removeBatchObservableCallback(onCollect as never, all))
    this.#process.start()
    const { admission } = this.#source
    if (admission === undefined) return
    const told = { name: this.name, share: this.#share }
    this.#durations = new DurationFeed(admission, meter, told)
  }

  stop(): void {
    this.#durations?.stop()
    this.#limits.stop()
    this.#process.stop()
    for (const end of this.#ends.splice(0)) end()
  }

  #observe(
    observables: ReadonlyMap<string, Observable>,
    result: { observe(metric: Observable, value: number, attributes: object): void },
  ): void {
    // The meter collects its histograms after what it observes: so they have all there is as well.
    this.#durations?.flush()
    for (const { name, value, labels } of ofFeed(this.#readings(), this)) {
      const metric = observables.get(name)
      if (metric !== undefined) result.observe(metric, value, attributesOf(labels, this.name))
    }
  }

  #readings(): readonly Reading[] {
    const own = this.#share.spend(() => [...this.#source.read(), ...this.#limits.readings])
    return [
      ...(own ?? []),
      ...this.#process.read(),
      ...Object.entries({ events: this.#share, spans: this.#spans }).map(
        ([what, { dropped }]): Reading => ({
          name: 'headgate_telemetry_dropped_total',
          labels: { what },
          value: dropped,
        }),
      ),
      {
        name: 'headgate_telemetry_errors_total',
        labels: {},
        value: this.#share.errors + this.#spans.errors,
      },
    ]
  }
}

function observable(meter: Meter, metric: Metric): Observable {
  const options = { description: metric.help, unit: metric.unit }
  return metric.type === 'counter'
    ? meter.createObservableCounter(otelName(metric), options)
    : meter.createObservableGauge(otelName(metric), options)
}
