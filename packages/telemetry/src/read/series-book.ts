import { type Outcome, TIERS, type Tier, type Timed } from '@headgate/core'

export type SeriesName = 'headgate_wait_seconds' | 'headgate_service_seconds'

/** One of each series that the requests of a tier and a pool make. */
class OfTier<Series> {
  readonly wait: Series
  readonly #success: Series
  readonly #overload: Series
  readonly #ignore: Series

  constructor(make: (name: SeriesName, labels: Readonly<Record<string, string>>) => Series) {
    this.wait = make('headgate_wait_seconds', {})
    const serviceOf = (outcome: Outcome): Series => make('headgate_service_seconds', { outcome })
    this.#success = serviceOf('success')
    this.#overload = serviceOf('overload')
    this.#ignore = serviceOf('ignore')
  }

  /** By comparing: a key that is no constant is looked up in a cache of the whole process. */
  service(outcome: Outcome): Series {
    if (outcome === 'success') return this.#success
    return outcome === 'overload' ? this.#overload : this.#ignore
  }
}

/** The series of durations, by pool and tier: made when the first request of such comes. */
export class SeriesBook<Series> {
  readonly #poolNames: readonly string[]
  readonly #make: (name: SeriesName, labels: Readonly<Record<string, string>>) => Series
  readonly #all: (OfTier<Series> | undefined)[] = []

  constructor(
    poolNames: readonly string[],
    make: (name: SeriesName, labels: Readonly<Record<string, string>>) => Series,
  ) {
    this.#poolNames = poolNames
    this.#make = make
  }

  of({ lane, rank }: Timed): OfTier<Series> {
    const index = lane * TIERS.length + rank
    return this.#all[index] ?? this.#open(index)
  }

  #open(index: number): OfTier<Series> {
    const pool = this.#poolNames[Math.floor(index / TIERS.length)] as string
    const tier = TIERS[index % TIERS.length] as Tier
    const own = new OfTier<Series>((name, labels) => this.#make(name, { tier, pool, ...labels }))
    this.#all[index] = own
    return own
  }
}
