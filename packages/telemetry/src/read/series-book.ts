import type { Outcome, Tier } from '@headgate/core'

export type SeriesName = 'headgate_wait_seconds' | 'headgate_service_seconds'

/** One of each series that the requests of a tier and a pool make. */
export interface OfTier<Series> {
  readonly wait: Series
  readonly service: Readonly<Record<Outcome, Series>>
}

/** The series of durations, by pool and tier: made when the first request of such comes. */
export class SeriesBook<Series> {
  readonly #byPool = new Map<string, Partial<Record<Tier, OfTier<Series>>>>()
  #lastPool = ''
  #lastTier: Tier = 'important'
  #last: OfTier<Series> | undefined = undefined
  readonly #make: (name: SeriesName, labels: Readonly<Record<string, string>>) => Series

  constructor(make: (name: SeriesName, labels: Readonly<Record<string, string>>) => Series) {
    this.#make = make
  }

  of(pool: string, tier: Tier): OfTier<Series> {
    // Most requests are as the one before, and this is asked for each of them, twice.
    if (this.#last !== undefined && pool === this.#lastPool && tier === this.#lastTier) {
      return this.#last
    }
    const own = this.#byPool.get(pool)?.[tier] ?? this.#open(pool, tier)
    this.#lastPool = pool
    this.#lastTier = tier
    this.#last = own
    return own
  }

  #open(pool: string, tier: Tier): OfTier<Series> {
    const byTier = this.#byPool.get(pool) ?? {}
    this.#byPool.set(pool, byTier)
    const serviceOf = (outcome: Outcome): Series =>
      this.#make('headgate_service_seconds', { tier, pool, outcome })
    const own: OfTier<Series> = {
      wait: this.#make('headgate_wait_seconds', { tier, pool }),
      service: {
        success: serviceOf('success'),
        overload: serviceOf('overload'),
        ignore: serviceOf('ignore'),
      },
    }
    byTier[tier] = own
    return own
  }
}
