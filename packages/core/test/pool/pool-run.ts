import fc from 'fast-check'
import type { Limit } from '../../src/limit/limit.ts'
import { PoolSet } from '../../src/pool/pool-set.ts'

interface PoolGiven {
  readonly minRatio: number
  readonly maxRatio: number
  readonly weight: number
  /** 0: none of its own. */
  readonly ownLimit: number
}

export type PoolCommand =
  | { readonly do: 'wait'; readonly pool: number; readonly cost: number }
  | { readonly do: 'finish'; readonly which: number }
  | { readonly do: 'limit'; readonly to: number }
  | { readonly do: 'ownLimit'; readonly pool: number; readonly to: number }
  | { readonly do: 'correct'; readonly pool: number; readonly units: number }

/** Minimums of 90 % at most together, so that the default pool may always have something. */
export const poolsGiven: fc.Arbitrary<PoolGiven[]> = fc
  .array(
    fc.record({
      part: fc.nat(9),
      room: fc.double({ min: 0, max: 1, noNaN: true }),
      weight: fc.constantFrom(1, 1, 2, 0.5, 10),
      ownLimit: fc.constantFrom(0, 0, 0, 1, 3),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => {
    const sum = Math.max(10, parts.reduce((total, { part }) => total + part, 0) / 0.9)
    return parts.map(({ part, room, weight, ownLimit }) => {
      const minRatio = part / sum
      return {
        minRatio,
        maxRatio: Math.max(0.05, minRatio + room * (1 - minRatio)),
        weight,
        ownLimit,
      }
    })
  })

export function poolCommands(maxCost: number): fc.Arbitrary<PoolCommand[]> {
  const pool = fc.nat(4)
  const cost = fc.integer({ min: 1, max: maxCost })
  const command = fc.oneof(
    { weight: 12, arbitrary: fc.record({ do: fc.constant('wait' as const), pool, cost }) },
    { weight: 8, arbitrary: fc.record({ do: fc.constant('finish' as const), which: fc.nat() }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('limit' as const),
        to: fc.integer({ min: 1, max: 20 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('ownLimit' as const),
        pool,
        to: fc.integer({ min: 1, max: 6 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('correct' as const),
        pool,
        units: fc.integer({ min: -5, max: 20 }),
      }),
    },
  )
  return fc.array(command, { minLength: 10, maxLength: 120, size: 'max' })
}

/** A pool set and, beside it, the rule of borrowing as it is written down, over plain arrays. */
export class PoolRun {
  readonly #given: readonly PoolGiven[]
  readonly #owns: { current: number }[]
  readonly #set: PoolSet
  readonly #waiting: number[][]
  readonly #running: { pool: number; cost: number }[] = []
  #limit = 10
  starts = 0
  held = 0

  constructor(given: readonly PoolGiven[]) {
    this.#given = [...given, { minRatio: 0, maxRatio: 1, weight: 1, ownLimit: 0 }]
    this.#owns = this.#given.map(({ ownLimit }) => ({ current: ownLimit }))
    const options = given.map(({ ownLimit, ...rest }, pool) => {
      const limit = ownLimit === 0 ? undefined : (this.#owns[pool] as unknown as Limit)
      if (limit !== undefined) Object.assign(limit, { onSample: () => {} })
      return [`p${pool}`, { ...rest, limit }]
    })
    this.#set = new PoolSet(Object.fromEntries(options))
    this.#waiting = this.#given.map(() => [])
  }

  run(it: PoolCommand): void {
    const pool = 'pool' in it ? it.pool % this.#given.length : 0
    if (it.do === 'wait') this.#waiting[pool]?.push(it.cost)
    if (it.do === 'finish') this.#finish(it.which)
    if (it.do === 'limit') this.#limit = it.to
    if (it.do === 'ownLimit' && this.#given[pool]?.ownLimit !== 0) {
      ;(this.#owns[pool] as { current: number }).current = it.to
    }
    if (it.do === 'correct') this.#set.correct(pool, it.units)
    this.#pump()
    const inUse = this.#given.map((_, index) => this.#inFlightOf(index))
    must(
      inUse.every((count, index) => count === this.#set.inFlightOf(index)),
      'counts by pool',
    )
    must(this.#set.inFlight === sum(inUse), 'counts in all')
  }

  /** Whoever waits is served in the end, however wide. */
  finish(): void {
    for (let round = 0; round < 2_000 && this.#running.length > 0; round += 1) {
      this.#finish(0)
      this.#pump()
    }
    must(sum(this.#waiting.map(({ length }) => length)) === 0, 'nobody waits for ever')
    must(this.#set.inFlight === 0, 'everything comes back')
  }

  #finish(which: number): void {
    const [done] = this.#running.splice(which % Math.max(1, this.#running.length), 1)
    if (done !== undefined) this.#set.finish(done.pool, done.cost)
  }

  #pump(): void {
    for (;;) {
      const allowed = this.#waiting.flatMap((costs, pool) => {
        return costs.length > 0 && this.#mayStart(pool, costs[0] as number) ? [pool] : []
      })
      const pool = this.#set.next(this.#limit, (index) => this.#waiting[index]?.[0] ?? 0)
      if (pool === -1) {
        // Only a wide one, for which room is being kept, may hold up others.
        const isWide = this.#waiting.some(([cost]) => cost !== undefined && cost > 1)
        must(allowed.length === 0 || isWide, `${allowed} could start`)
        if (allowed.length > 0) this.held += 1
        return
      }
      must(allowed.includes(pool), `${pool} must not start, ${allowed} could`)
      const cost = this.#waiting[pool]?.shift() as number
      this.#running.push({ pool, cost })
      this.#set.start(pool, cost)
      this.starts += 1
    }
  }

  #mayStart(pool: number, cost: number): boolean {
    const inUse = this.#given.map((_, index) => this.#inFlightOf(index))
    const total = sum(inUse)
    if (total === 0) return true
    const before = inUse[pool] as number
    if (total + cost > this.#limit) return false
    if (before > 0 && before + cost > this.#mostOf(pool)) return false
    if (before + cost <= this.#leastOf(pool)) return true
    const unmet = inUse.map((count, index) => Math.max(0, this.#leastOf(index) - count))
    return cost <= this.#limit - total - (sum(unmet) - (unmet[pool] as number))
  }

  #inFlightOf(pool: number): number {
    return sum(this.#running.filter((it) => it.pool === pool).map(({ cost }) => cost))
  }

  #leastOf(pool: number): number {
    const { minRatio } = this.#given[pool] as PoolGiven
    return Math.min(Math.floor(minRatio * this.#limit + 1e-9), this.#ownOf(pool))
  }

  #mostOf(pool: number): number {
    const { maxRatio } = this.#given[pool] as PoolGiven
    return Math.max(1, Math.min(Math.floor(maxRatio * this.#limit + 1e-9), this.#ownOf(pool)))
  }

  #ownOf(pool: number): number {
    return this.#owns[pool]?.current || Number.POSITIVE_INFINITY
  }
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
