import { DurationTally, type Series } from '../read/duration-tally.ts'
import { LimitTally } from '../read/limit-tally.ts'
import { ofFeed, type Reading } from '../read/reading.ts'
import type { Source } from '../read/source.ts'
import type { MetricFeed } from './registered-metric.ts'

/** What one admission, client or singleflight tells a registry. */
export class PrometheusFeed implements MetricFeed {
  readonly #source: Source
  readonly name: string
  readonly #limits: LimitTally
  readonly #durations: DurationTally
  readonly #endDurations: (() => void) | undefined
  #read: readonly Reading[] | undefined = undefined
  #errors = 0

  constructor(source: Source, name: string) {
    this.#source = source
    this.name = name
    const { admission } = source
    this.#limits = new LimitTally(admission, 'prometheus')
    this.#durations = new DurationTally(admission?.poolNames ?? [])
    this.#endDurations = admission?.recordDurations(this.#durations)
  }

  get kind(): Source['kind'] {
    return this.#source.kind
  }

  stop(): void {
    this.#limits.stop()
    this.#endDurations?.()
  }

  readingsOf(name: string): readonly Reading[] {
    if (this.#read === undefined) {
      this.#read = this.#readAll()
      // All metrics of a scrape are asked at once, before any promise: the state is read once for them.
      queueMicrotask(() => {
        this.#read = undefined
      })
    }
    return this.#read.filter((reading) => reading.name === name)
  }

  seriesOf(name: string): readonly Series[] {
    const own = this.#durations.series.filter((series) => series.name === name)
    return own.map((series) => ({ ...series, labels: { ...series.labels, name: this.name } }))
  }

  #readAll(): readonly Reading[] {
    const all: Reading[] = []
    try {
      all.push(...this.#source.read(), ...this.#limits.readings)
      const what = { what: 'series' }
      const value = this.#source.untold()
      all.push({ name: 'headgate_telemetry_dropped_total', labels: what, value })
    } catch {
      // A user's own limit may throw in its snapshot: one scrape without its values, and a count.
      this.#errors += 1
    }
    all.push({ name: 'headgate_telemetry_errors_total', labels: {}, value: this.#errors })
    return ofFeed(all, this)
  }
}
