import type { DurationRecorder, Outcome, Timed } from '@headgate/core'
import { DurationHistogram } from './duration-histogram.ts'
import { SeriesBook, type SeriesName } from './series-book.ts'

/** A histogram and what it is of. */
export interface Series {
  readonly name: SeriesName
  readonly labels: Readonly<Record<string, string>>
  readonly histogram: DurationHistogram
}

const MS_PER_S = 1_000

/** Counts how long requests waited and ran. */
export class DurationTally implements DurationRecorder {
  readonly #book: SeriesBook<DurationHistogram>
  readonly #series: Series[] = []

  constructor(poolNames: readonly string[]) {
    this.#book = new SeriesBook(poolNames, (name, labels) => this.#make(name, labels))
  }

  get series(): readonly Series[] {
    return this.#series
  }

  onWait(request: Timed, waitedMs: number): void {
    this.#book.of(request).wait.record(waitedMs / MS_PER_S)
  }

  onService(request: Timed, outcome: Outcome, heldMs: number): void {
    this.#book
      .of(request)
      .service(outcome)
      .record(heldMs / MS_PER_S)
  }

  #make(name: SeriesName, labels: Readonly<Record<string, string>>): DurationHistogram {
    const histogram = new DurationHistogram()
    this.#series.push({ name, labels, histogram })
    return histogram
  }
}
