import type { FlightView, Work } from '../flight/flight.ts'
import type { Clock } from '../time/clock.ts'
import type { EntryKeeper, Loaded } from './entry-keeper.ts'

interface LoaderParts {
  readonly clock: Pick<Clock, 'nowMs'>
  readonly keeper: EntryKeeper
}

export interface LoadRequest<Value, Signal> {
  readonly key: unknown
  readonly load: Work<Value, Signal>
  readonly tags: readonly string[]
}

const NO_TAGS: readonly string[] = Object.freeze([])

/** Turns loads into the work of flights, and hands their results to the keeper while they are current. */
export class CacheLoader<Signal> {
  readonly #clock: Pick<Clock, 'nowMs'>
  readonly #keeper: EntryKeeper
  /** The tags of what is in the air; a key without tags is not here. */
  readonly #tagsOf = new Map<unknown, readonly string[]>()

  constructor({ clock, keeper }: LoaderParts) {
    this.#clock = clock
    this.#keeper = keeper
  }

  workOf<Value>(request: LoadRequest<Value, Signal>): Work<Loaded, Signal> {
    return (signal, flight) => this.#run(request, signal, flight)
  }

  /** The keys that are being loaded with this tag. */
  keysWithTag(tag: string): unknown[] {
    const found = [...this.#tagsOf].filter(([, tags]) => tags.includes(tag))
    return found.map(([key]) => key)
  }

  async #run<Value>(
    { key, load, tags }: LoadRequest<Value, Signal>,
    signal: Signal,
    flight: FlightView,
  ): Promise<Loaded> {
    const startedMs = this.#clock.nowMs()
    // A copy: the caller may go on to change its own.
    const ownTags = tags.length === 0 ? NO_TAGS : [...tags]
    if (ownTags.length > 0 && flight.isCurrent) this.#tagsOf.set(key, ownTags)
    const ended = () => ({ key, tags: ownTags, startedMs, endedMs: this.#clock.nowMs() })
    let value: Value
    try {
      value = await load(signal, flight)
    } catch (error) {
      if (flight.isCurrent) this.#keeper.takeError(error, ended())
      throw error
    } finally {
      if (this.#tagsOf.get(key) === ownTags) this.#tagsOf.delete(key)
    }
    return this.#keeper.takeValue(value, ended(), flight.isCurrent)
  }
}
