import type { AdmissionEvent } from '@headgate/core'
import { DurationHistogram } from './duration-histogram.ts'
import type { ObservedEvent } from './read-admission.ts'
import { SeriesBook, type SeriesName } from './series-book.ts'

/** A histogram and what it is of. */
export interface Series {
  readonly name: SeriesName
  readonly labels: Readonly<Record<string, string>>
  readonly histogram: DurationHistogram
}

const MS_PER_S = 1_000
/** Reasons of a limit of the user's own: more than this are no reasons. */
const MAX_REASONS = 64

/** Keeps what only events tell: how long requests waited and ran, and why the limit moved. */
export class EventTally {
  readonly #book = new SeriesBook((name, labels) => this.#make(name, labels))
  readonly #series: Series[] = []
  /** By direction, then by reason. */
  readonly limitChanges: { readonly up: Map<string, number>; readonly down: Map<string, number> } =
    {
      up: new Map(),
      down: new Map(),
    }

  get series(): readonly Series[] {
    return this.#series
  }

  readonly onEvent = (event: ObservedEvent): void => {
    switch (event.type) {
      case 'admitted':
        this.#book.of(event.pool, event.tier).wait.record(event.waitedMs / MS_PER_S)
        break
      case 'released':
        this.#book.of(event.pool, event.tier).service[event.outcome].record(event.heldMs / MS_PER_S)
        break
      case 'limit':
        this.#onLimit(event)
        break
    }
  }

  #onLimit({ from, to, state }: Extract<AdmissionEvent, { type: 'limit' }>): void {
    const counts = this.limitChanges[to > from ? 'up' : 'down']
    const stated = String(state.reason ?? '').slice(0, 64)
    const reason = counts.has(stated) || counts.size < MAX_REASONS ? stated : 'other'
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }

  #make(name: SeriesName, labels: Readonly<Record<string, string>>): DurationHistogram {
    const histogram = new DurationHistogram()
    this.#series.push({ name, labels, histogram })
    return histogram
  }
}
