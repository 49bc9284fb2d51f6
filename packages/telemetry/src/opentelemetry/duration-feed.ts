import type { DurationRecorder, Outcome, Timed, TimeShare } from '@headgate/core'
import type { Histogram, Meter } from '@opentelemetry/api'
import { CATALOG, DURATION_BOUNDS, type Metric, otelName } from '../catalog.ts'
import type { ObservedAdmission } from '../read/read-admission.ts'
import { SeriesBook, type SeriesName } from '../read/series-book.ts'
import { attributesOf } from './attributes-of.ts'
import { KeptDurations } from './kept-durations.ts'

// Taken when the module is loaded: a test that later fakes the globals must not stop it.
const { setTimeout, clearTimeout } = globalThis

const MS_PER_S = 1_000
/** What is recorded together then is no pause: half a millisecond, by its share. */
const RECORD_EVERY_MS = 100

interface Series {
  readonly kept: KeptDurations
  readonly record: (seconds: number) => void
}

/**
 * Tells a meter how long requests waited and ran. A histogram of OpenTelemetry takes longer for a value than
 * the gate for a request: on the request's way it is only kept, and recorded with others ten times a second.
 */
export class DurationFeed implements DurationRecorder {
  readonly #name: string
  readonly #share: TimeShare
  readonly #histograms: Readonly<Record<SeriesName, Histogram>>
  readonly #book: SeriesBook<KeptDurations>
  readonly #all: Series[] = []
  readonly #end: () => void
  #timer: ReturnType<typeof setTimeout> | undefined = undefined

  constructor(
    admission: ObservedAdmission,
    meter: Meter,
    { name, share }: { readonly name: string; readonly share: TimeShare },
  ) {
    this.#name = name
    this.#share = share
    this.#histograms = {
      headgate_wait_seconds: histogram(meter, 'headgate_wait_seconds'),
      headgate_service_seconds: histogram(meter, 'headgate_service_seconds'),
    }
    this.#book = new SeriesBook(admission.poolNames, (series, labels) => this.#make(series, labels))
    this.#end = admission.recordDurations(this)
  }

  onWait(request: Timed, waitedMs: number): void {
    this.#keep(this.#book.of(request).wait, waitedMs)
  }

  onService(request: Timed, outcome: Outcome, heldMs: number): void {
    this.#keep(this.#book.of(request).service(outcome), heldMs)
  }

  /** Records what is kept, as far as there is time. */
  readonly flush = (): void => {
    clearTimeout(this.#timer)
    this.#timer = undefined
    for (const { kept, record } of this.#all) {
      const lost = kept.empty(this.#hasTime, record)
      if (lost > 0) this.#share.drop(lost)
    }
  }

  stop(): void {
    this.#end()
    this.flush()
  }

  readonly #hasTime = (): boolean => this.#share.hasTime()

  #keep(kept: KeptDurations, ms: number): void {
    if (!kept.tryKeep(ms / MS_PER_S)) {
      if (this.#share.isBounded) {
        this.#share.drop(1)
        return
      }
      this.flush()
      kept.tryKeep(ms / MS_PER_S)
    }
    if (this.#timer === undefined) this.#timer = setTimeout(this.flush, RECORD_EVERY_MS).unref()
  }

  #make(name: SeriesName, labels: Readonly<Record<string, string>>): KeptDurations {
    const [histogram, share] = [this.#histograms[name], this.#share]
    const attributes = attributesOf(labels, this.#name)
    const kept = new KeptDurations()
    const record = (seconds: number): void =>
      share.spend(() => histogram.record(seconds, attributes))
    this.#all.push({ kept, record })
    return kept
  }
}

function histogram(meter: Meter, name: SeriesName): Histogram {
  const metric = CATALOG.find((each) => each.name === name) as Metric
  return meter.createHistogram(otelName(metric), {
    description: metric.help,
    unit: metric.unit,
    advice: { explicitBucketBoundaries: [...DURATION_BOUNDS] },
  })
}
