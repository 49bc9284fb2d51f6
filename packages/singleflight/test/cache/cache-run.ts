import fc from 'fast-check'
import type { CacheAnswer } from '../../src/cache/cache-answer.ts'
import type { CacheEntry } from '../../src/cache/cache-entry.ts'
import { CachedSingleflight } from '../../src/cache/cached-singleflight.ts'
import type { CachedSingleflightOptions } from '../../src/cache/cached-singleflight-options.ts'
import type { FlightView } from '../../src/flight/flight.ts'
import { type Outcome, settle, watch } from '../controlled-work.ts'
import { ManualClock } from '../manual-clock.ts'
import { seededRandom } from '../seeded-random.ts'

interface GetPlan {
  readonly key: number
  readonly leaves: boolean
  /** How its load ends, if it is this call that loads. */
  readonly end: 'value' | 'error' | 'throw' | 'never'
}

type Disturbance =
  | { readonly what: 'invalidate' | 'evict' | 'peek'; readonly key: number }
  | { readonly what: 'tag'; readonly tag: string }
  | { readonly what: 'clear' | 'hold refreshes' | 'allow refreshes' }
  | { readonly what: 'tick'; readonly byMs: number }

export interface CachePlan {
  readonly options: CachedSingleflightOptions
  readonly gets: readonly GetPlan[]
  readonly disturbances: readonly Disturbance[]
  readonly seed: number
}

const KEYS = [0, 1, 2, 3]
const key = fc.constantFrom(...KEYS)
/** Keys share tags: the even ones, the odd ones, and all. */
const tagsOf = (of: number): string[] => [of % 2 === 0 ? 'even' : 'odd', 'all']

const get: fc.Arbitrary<GetPlan> = fc.record({
  key,
  leaves: fc.boolean(),
  end: fc.constantFrom('value', 'value', 'value', 'value', 'error', 'error', 'throw', 'never'),
})

const disturbance: fc.Arbitrary<Disturbance> = fc.oneof(
  fc.record({ what: fc.constantFrom('invalidate', 'evict', 'peek'), key }),
  fc.record({ what: fc.constant('tag'), tag: fc.constantFrom('even', 'odd', 'all', 'none') }),
  fc.record({ what: fc.constantFrom('clear', 'hold refreshes', 'allow refreshes') }),
  fc.record({ what: fc.constant('tick'), byMs: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ what: fc.constant('tick'), byMs: fc.integer({ min: 1, max: 40 }) }),
)

const someMs = fc.constantFrom(0, 20)
export const cachePlans: fc.Arbitrary<CachePlan> = fc.record({
  options: fc.record({
    ttlMs: fc.constantFrom(0, 10, 30),
    staleMs: someMs,
    staleIfErrorMs: fc.constantFrom(0, 20, 60),
    negativeTtlMs: fc.constantFrom(0, 5),
    retryAfterErrorMs: fc.constantFrom(0, 5),
    earlyRefreshBeta: fc.constantFrom(0, 1, 5),
    maxEntries: fc.constantFrom(2, 100),
    maxFlights: fc.constantFrom(1, 100),
    maxFollowers: fc.constantFrom(1, 100),
    maxAgeMs: fc.constantFrom(15, 1_000),
  }),
  gets: fc.array(get, { minLength: 1, maxLength: 12, size: 'max' }),
  disturbances: fc.array(disturbance, { maxLength: 8, size: 'max' }),
  seed: fc.nat(),
})

interface Load {
  readonly key: number
  readonly flight: FlightView
  readonly startedAt: number
  isOver: boolean
}

interface Caller extends GetPlan {
  readonly id: number
  readonly controller: AbortController
  /** The last invalidation of its key before it came: nothing loaded before that may reach it. */
  readonly invalidatedAt: number
  readonly watched: { readonly outcome: Outcome }
}

/** A plan carried out in an order that the scheduler chooses, and all that went wrong on the way. */
export class CacheRun {
  readonly wrong: string[] = []
  readonly #clock = new ManualClock()
  readonly #store = new Map<unknown, CacheEntry>()
  readonly #cache: CachedSingleflight<AbortSignal>
  readonly #loads: Load[] = []
  readonly #callers: Caller[] = []
  readonly #invalidatedAt = new Map<number, number>()
  readonly #plan: CachePlan
  readonly #scheduler: fc.Scheduler
  #mayRefresh = true
  #step = 0

  constructor(plan: CachePlan, scheduler: fc.Scheduler) {
    this.#plan = plan
    this.#scheduler = scheduler
    const parts = {
      clock: this.#clock,
      random: seededRandom(plan.seed),
      newAbort: () => new AbortController(),
      store: this.#store,
      mayRefresh: () => this.#mayRefresh,
    }
    this.#cache = new CachedSingleflight(parts, plan.options)
  }

  async run(): Promise<void> {
    this.#plan.gets.forEach((plan, id) => {
      const controller = new AbortController()
      this.#plant(`get ${id}`, () => this.#get(id, plan, controller))
      if (plan.leaves) this.#plant(`leave ${id}`, () => controller.abort(id))
    })
    for (const it of this.#plan.disturbances) this.#plant(it.what, () => this.#disturb(it))
    await this.#scheduler.waitIdle()
    for (const { id, controller } of this.#callers) controller.abort(id)
    // Refreshes that never end have nobody who could leave: they give up by the clock.
    this.#clock.advance(1_000)
    await settle()
    for (const caller of this.#callers) this.#checkOutcome(caller)
    const { flights } = this.#cache.snapshot()
    if (flights.flights !== 0) this.wrong.push(`${flights.flights} flights left`)
    if (this.#clock.pending !== 0) this.wrong.push(`${this.#clock.pending} timers left`)
    this.#cache.clear()
    if (this.#store.size !== 0 || this.#cache.snapshot().bytes !== 0) this.wrong.push('not empty')
  }

  #plant(label: string, act: () => void): void {
    this.#scheduler.schedule(Promise.resolve(), label).then(() => {
      this.#step += 1
      act()
      this.#checkState(label)
    })
  }

  #get(id: number, plan: GetPlan, controller: AbortController): void {
    const { signal } = controller
    const load = (workSignal: AbortSignal, flight: FlightView) =>
      this.#load(plan, workSignal, flight)
    const promise = this.#cache.get(plan.key, load, { signal, tags: tagsOf(plan.key) })
    const invalidatedAt = this.#invalidatedAt.get(plan.key) ?? 0
    this.#callers.push({ ...plan, id, controller, invalidatedAt, watched: watch(promise) })
  }

  #load({ key, end }: GetPlan, signal: AbortSignal, flight: FlightView): Promise<string> {
    const load = { key, flight, startedAt: this.#step, isOver: false }
    const result = `${key} ${this.#loads.length}`
    this.#loads.push(load)
    if (end === 'throw') {
      load.isOver = true
      throw result
    }
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => {
        if (flight.isCurrent) this.wrong.push(`load ${result} was aborted while it could be joined`)
        load.isOver = true
        reject('abort of the load')
      })
      if (end === 'never') return
      this.#scheduler.schedule(Promise.resolve(), `end ${result}`).then(() => {
        this.#step += 1
        load.isOver = true
        if (end === 'error') reject(result)
        else resolve(result)
      })
    })
  }

  #disturb(it: Disturbance): void {
    const touched = this.#apply(it)
    for (const key of touched) this.#invalidatedAt.set(key, this.#step)
  }

  /** Does it, and says which keys it invalidates. */
  #apply(it: Disturbance): readonly number[] {
    switch (it.what) {
      case 'invalidate':
        this.#cache.invalidate(it.key)
        return [it.key]
      case 'tag':
        this.#cache.invalidateTag(it.tag)
        return KEYS.filter((key) => tagsOf(key).includes(it.tag))
      case 'clear':
        this.#cache.clear()
        return KEYS
      case 'evict':
        this.#store.delete(it.key)
        return []
      case 'peek':
        this.#peek(it.key)
        return []
      case 'tick':
        this.#clock.advance(it.byMs)
        return []
      default:
        this.#mayRefresh = it.what === 'allow refreshes'
        return []
    }
  }

  #peek(key: number): void {
    const answer = this.#cache.peek<string>(key)
    const since = this.#invalidatedAt.get(key) ?? 0
    if (answer !== undefined) this.#checkValue(`peek ${key}`, answer.value, { key, since })
  }

  #checkState(label: string): void {
    for (const key of KEYS) {
      const live = this.#loads.filter((it) => it.key === key && it.flight.isCurrent && !it.isOver)
      if (live.length > 1) this.wrong.push(`${live.length} live loads of ${key} after ${label}`)
    }
    const { entries } = this.#cache.snapshot()
    const { maxEntries = 0 } = this.#plan.options
    if (entries > maxEntries || this.#store.size > entries) {
      this.wrong.push(`${entries} counted, ${this.#store.size} kept`)
    }
  }

  #checkOutcome({ id, key, invalidatedAt, watched }: Caller): void {
    const { outcome } = watched
    if (outcome === 'pending') {
      this.wrong.push(`get ${id} hangs`)
      return
    }
    if ('error' in outcome) {
      if (outcome.error === id) return
      this.#checkValue(`get ${id}`, outcome.error, { key, since: invalidatedAt })
      return
    }
    const { value, source } = outcome.value as CacheAnswer<string>
    this.#checkValue(`get ${id} (${source})`, value, { key, since: invalidatedAt })
  }

  /** A result names its key and its load. */
  #checkValue(what: string, value: unknown, due: { key: number; since: number }): void {
    const [key, index = -1] = String(value).split(' ').map(Number)
    const load = this.#loads[index]
    if (key !== due.key || load === undefined) {
      this.wrong.push(`${what} for ${due.key} got ${value}`)
    } else if (load.startedAt < due.since) {
      this.wrong.push(`${what} got ${value}, loaded before the invalidation at ${due.since}`)
    }
  }
}
