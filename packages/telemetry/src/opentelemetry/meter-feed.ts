import type { AdmissionEvent } from '@headgate/core'
import type { Histogram, Meter, Observable, ObservableResult } from '@opentelemetry/api'
import { CATALOG, DURATION_BOUNDS, type Metric, otelName } from '../catalog.ts'
import { ProcessMeter } from '../read/process-meter.ts'
import type { Reading } from '../read/reading.ts'
import { limitChanges, type Source, tallyOf } from '../read/source.ts'
import type { TimeShare } from './time-share.ts'

const MS_PER_S = 1_000

/** Tells a meter of OpenTelemetry: values when it collects, durations as they come. */
export class MeterFeed {
  readonly #source: Source
  readonly #name: string
  readonly #share: TimeShare
  readonly #spans: TimeShare
  readonly #process = new ProcessMeter()
  readonly #tally: ReturnType<typeof tallyOf>
  readonly #ends: (() => void)[] = []

  /** `events` is its own share; that of `spans` it only tells of. */
  constructor(
    source: Source,
    name: string,
    { events, spans }: { readonly events: TimeShare; readonly spans: TimeShare },
  ) {
    this.#source = source
    this.#name = name
    this.#share = events
    this.#spans = spans
    // Durations go straight to the meter's own histograms.
    this.#tally = tallyOf(source, ['limit'])
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
    if (this.#source.admission !== undefined) this.#listen(meter)
  }

  stop(): void {
    this.#tally.stop()
    this.#process.stop()
    for (const end of this.#ends.splice(0)) end()
  }

  #observe(
    observables: ReadonlyMap<string, Observable>,
    result: { observe(metric: Observable, value: number, attributes: object): void },
  ): void {
    for (const { name, value, labels } of this.#readings()) {
      const metric = observables.get(name)
      if (metric !== undefined) result.observe(metric, value, attributesOf(labels, this.#name))
    }
  }

  #readings(): readonly Reading[] {
    const own = this.#share.spend(() => [
      ...this.#source.read(),
      ...limitChanges(this.#tally.tally),
    ])
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

  #listen(meter: Meter): void {
    const [wait, service] = ['headgate_wait_seconds', 'headgate_service_seconds'].map((name) =>
      histogram(meter, name),
    ) as [Histogram, Histogram]
    const name = this.#name
    const share = this.#share
    const onEvent = (event: AdmissionEvent): void => {
      if (event.type !== 'admitted' && event.type !== 'released') return
      if (!share.tryTake()) return
      const labels = { tier: event.tier, pool: event.pool }
      if (event.type === 'admitted') {
        share.spend(() => wait.record(event.waitedMs / MS_PER_S, attributesOf(labels, name)))
        return
      }
      const attributes = attributesOf({ ...labels, outcome: event.outcome }, name)
      share.spend(() => service.record(event.heldMs / MS_PER_S, attributes))
    }
    const stop = this.#source.admission?.subscribe(onEvent, ['admitted', 'released'])
    if (stop !== undefined) this.#ends.push(stop)
  }
}

function observable(meter: Meter, metric: Metric): Observable {
  const options = { description: metric.help, unit: metric.unit }
  return metric.type === 'counter'
    ? meter.createObservableCounter(otelName(metric), options)
    : meter.createObservableGauge(otelName(metric), options)
}

function histogram(meter: Meter, name: string): Histogram {
  const metric = CATALOG.find((each) => each.name === name) as Metric
  return meter.createHistogram(otelName(metric), {
    description: metric.help,
    unit: metric.unit,
    advice: { explicitBucketBoundaries: [...DURATION_BOUNDS] },
  })
}

/** Attributes have our namespace: a pool of ours is none of somebody else's. */
function attributesOf(
  labels: Readonly<Record<string, string>>,
  name: string,
): Record<string, string> {
  const attributes: Record<string, string> = { 'headgate.name': name }
  for (const [label, value] of Object.entries(labels)) attributes[`headgate.${label}`] = value
  return attributes
}
