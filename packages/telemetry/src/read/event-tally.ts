import type { AdmissionEvent, Outcome, Tier } from '@headgate/core'
import { DurationHistogram } from './duration-histogram.ts'

/** A histogram and what it is of. */
export interface Series {
  readonly name: 'headgate_wait_seconds' | 'headgate_service_seconds'
  readonly labels: Readonly<Record<string, string>>
  readonly histogram: DurationHistogram
}

interface OfTier {
  readonly wait: DurationHistogram
  readonly service: Readonly<Record<Outcome, DurationHistogram>>
}

const MS_PER_S = 1_000
/** Reasons of a limit of the user's own: more than this are no reasons. */
const MAX_REASONS = 64

/** Keeps what only events tell: how long requests waited and ran, and why the limit moved. */
export class EventTally {
  readonly #byPool = new Map<string, Partial<Record<Tier, OfTier>>>()
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

  readonly onEvent = (event: AdmissionEvent): void => {
    switch (event.type) {
      case 'admitted':
        this.#of(event.pool, event.tier).wait.record(event.waitedMs / MS_PER_S)
        break
      case 'released':
        this.#of(event.pool, event.tier).service[event.outcome].record(event.heldMs / MS_PER_S)
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

  #of(pool: string, tier: Tier): OfTier {
    let byTier = this.#byPool.get(pool)
    if (byTier === undefined) {
      byTier = {}
      this.#byPool.set(pool, byTier)
    }
    let own = byTier[tier]
    if (own === undefined) {
      own = this.#makeTier(pool, tier)
      byTier[tier] = own
    }
    return own
  }

  #makeTier(pool: string, tier: Tier): OfTier {
    const serviceOf = (outcome: Outcome): DurationHistogram =>
      this.#make('headgate_service_seconds', { tier, pool, outcome })
    return {
      wait: this.#make('headgate_wait_seconds', { tier, pool }),
      service: {
        success: serviceOf('success'),
        overload: serviceOf('overload'),
        ignore: serviceOf('ignore'),
      },
    }
  }

  #make(name: Series['name'], labels: Record<string, string>): DurationHistogram {
    const histogram = new DurationHistogram()
    this.#series.push({ name, labels, histogram })
    return histogram
  }
}
