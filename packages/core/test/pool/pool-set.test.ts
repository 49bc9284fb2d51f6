import fc from 'fast-check'
import t from 'tap'
import { FixedLimit } from '../../src/limit/fixed-limit.ts'
import type { PoolOptions } from '../../src/pool/pool-options.ts'
import { PoolSet } from '../../src/pool/pool-set.ts'
import { PoolRun, poolCommands, poolsGiven } from './pool-run.ts'

const seed = Date.now()
t.comment(`seed ${seed}`)

/** Pools that all have work waiting, all of the time, each request of one permit. */
class Busy {
  readonly set: PoolSet
  readonly served: number[]
  readonly #running: number[] = []
  readonly #waiting: Set<number>

  constructor(pools: Record<string, PoolOptions>, waiting: readonly string[]) {
    this.set = new PoolSet(pools)
    this.served = this.set.names.map(() => 0)
    this.#waiting = new Set(waiting.map((name) => this.set.indexOf(name)))
  }

  /** Starts what may start, then ends the one that has run longest. */
  turn(limit: number): void {
    const costOf = (pool: number): number => (this.#waiting.has(pool) ? 1 : 0)
    for (
      let pool = this.set.next(limit, costOf);
      pool !== -1;
      pool = this.set.next(limit, costOf)
    ) {
      this.set.start(pool, 1)
      ;(this.served[pool] as number) += 1
      this.#running.push(pool)
    }
    const done = this.#running.shift()
    if (done !== undefined) this.set.finish(done, 1)
  }

  wait(name: string): void {
    this.#waiting.add(this.set.indexOf(name))
  }

  inFlight(name: string): number {
    return this.set.inFlightOf(this.set.indexOf(name))
  }
}

for (const maxCost of [1, 4]) {
  t.test(`starts what the rule allows, costs up to ${maxCost}`, async (t) => {
    let [starts, held] = [0, 0]
    const property = fc.property(poolsGiven, poolCommands(maxCost), (given, list) => {
      const run = new PoolRun(given)
      for (const command of list) run.run(command)
      run.finish()
      starts += run.starts
      held += run.held
    })
    t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 1_000 }))
    t.ok(starts > 10_000, `${starts} starts`)
    t.equal(held > 0, maxCost > 1, `${held} times room was kept for a wide one`)
  })
}

t.test('borrows what is idle, but for what is others by right', async (t) => {
  const busy = new Busy({ a: { minRatio: 0.3 }, b: { minRatio: 0.2 } }, ['b'])
  busy.turn(10)
  t.equal(busy.inFlight('b'), 6, 'seven of ten, one of which has just ended')
  busy.wait('a')
  busy.turn(10)
  t.ok(busy.inFlight('a') >= 3, 'a has its own at once')
})

t.test('serves in proportion to the weights where nobody is at an end', async (t) => {
  const busy = new Busy({ a: { weight: 1 }, b: { weight: 2 }, c: { weight: 4 } }, ['a', 'b', 'c'])
  for (let turn = 0; turn < 7_000; turn += 1) busy.turn(8)
  const [a = 0, b = 0, c = 0] = busy.served
  t.ok(Math.abs(a - b / 2) <= 2 && Math.abs(a - c / 4) <= 2, `${a}, ${b}, ${c}`)
})

t.test('a pool at its maximum holds up nobody, and has no claim on what it missed', async (t) => {
  const pools = { jail: { maxRatio: 0.1, weight: 1_000 }, rest: {} }
  const busy = new Busy(pools, ['jail', 'rest'])
  let mostJailed = 0
  for (let turn = 0; turn < 1_000; turn += 1) {
    busy.turn(10)
    mostJailed = Math.max(mostJailed, busy.inFlight('jail'))
  }
  t.equal(mostJailed, 1)
  t.ok((busy.served[1] as number) > 800, `${busy.served}`)
  // With all of the limit to itself from now on, it is served by its weight and not for the past.
  const own = { current: 1, onSample: () => {}, snapshot: () => ({}) }
  const freed = new Busy({ jail: { limit: own }, rest: {} }, ['jail', 'rest'])
  for (let turn = 0; turn < 1_000; turn += 1) freed.turn(10)
  own.current = 10
  const before = freed.served[0] as number
  for (let turn = 0; turn < 100; turn += 1) freed.turn(10)
  const gained = (freed.served[0] as number) - before
  t.ok(gained >= 50 && gained <= 56, `${gained} of 100`)
})

t.test('what was held for long is charged when it is known', async (t) => {
  const busy = new Busy({ slow: {}, quick: {} }, ['slow', 'quick'])
  for (let turn = 0; turn < 3_000; turn += 1) {
    const before = busy.served[0]
    busy.turn(1)
    if (busy.served[0] !== before) busy.set.correct(0, 9)
  }
  const [slow = 0, quick = 0] = busy.served
  t.ok(Math.abs(quick / slow - 10) < 0.2, `${quick} to ${slow}`)
})

t.test('too much charged once is no claim on what comes', async (t) => {
  const busy = new Busy({ a: {}, b: {} }, ['a', 'b'])
  busy.set.correct(0, -1_000)
  for (let turn = 0; turn < 100; turn += 1) busy.turn(1)
  t.same(busy.served.slice(0, 2), [50, 50])
})

t.test(
  'a limit of its own joins as a minimum, and keeps nothing free that it could not use',
  async (t) => {
    const limit = new FixedLimit(2)
    const busy = new Busy({ db: { minRatio: 0.5, limit }, rest: {} }, ['db', 'rest'])
    busy.turn(10)
    t.same(busy.set.snapshot(10).db, { inFlight: 1, least: 2, most: 2 })
    t.equal(busy.inFlight('rest'), 8)
    t.equal(busy.set.limitOf(0), limit)
    t.equal(busy.set.limitOf(1), undefined)
  },
)

t.test('a cost too wide for what may be borrowed is known beforehand', async (t) => {
  const set = new PoolSet({ a: { minRatio: 0.5 }, b: {} })
  t.equal(set.maxCost(set.indexOf('b'), 10), 5)
  t.equal(set.maxCost(set.indexOf('a'), 10), 10)
  t.equal(set.roomFor(set.indexOf('b'), 50, 10), 'free', 'with nothing in flight it may run alone')
  set.start(set.indexOf('a'), 1)
  t.equal(set.roomFor(set.indexOf('b'), 6, 10), 'full')
  t.equal(set.roomFor(set.indexOf('b'), 5, 10), 'free')
  set.start(set.indexOf('b'), 5)
  t.equal(set.roomFor(set.indexOf('b'), 1, 10), 'capped')
  t.equal(set.roomFor(set.indexOf('default'), 1, 10), 'lent')
  const narrow = new PoolSet({ narrow: { maxRatio: 0.2 } })
  narrow.start(1, 1)
  t.equal(narrow.roomFor(0, 4, 10), 'free', 'alone in its pool it may be wider than that')
})

t.test('unknown pools are a mistake in options, and the default pool in a request', async (t) => {
  const set = new PoolSet({ search: {} })
  t.throws(() => set.checkName('config.headgate.pool', 'serach'), {
    code: 'HG_ERR_OPTION',
    message: 'config.headgate.pool must be one of "search", "default", got "serach"',
  })
  set.checkName('pool', 'default')
  t.equal(set.indexOf(undefined), 1)
  t.equal(set.unknown, 0)
  for (const name of ['serach', '__proto__', 'constructor', 7, null, {}, 'x'.repeat(1e5)]) {
    t.equal(set.indexOf(name), 1)
  }
  t.equal(set.unknown, 6, 'no name at all is none of them')
})

t.test('virtual time counts down and nothing changes', async (t) => {
  const busy = new Busy({ a: { weight: 0.001 }, b: { weight: 0.002 } }, ['a', 'b'])
  for (const pool of [0, 1]) busy.set.correct(pool, 4.3e6 * (pool + 1))
  for (let turn = 0; turn < 3_000; turn += 1) busy.turn(1)
  const [a = 0, b = 0] = busy.served
  t.ok(Math.abs(b - 2 * a) <= 3, `${a}, ${b}`)
})

t.test(
  'says how many more a pool could take: of its minimum, of what is lent, up to its maximum',
  async (t) => {
    const set = new PoolSet({ a: { minRatio: 0.4, maxRatio: 0.6 }, b: { minRatio: 0.3 } })
    const [a, b] = ['a', 'b'].map((name) => set.indexOf(name)) as [number, number]
    const take = (pool: number, permits: number): void => {
      for (let permit = 0; permit < permits; permit += 1) set.start(pool, 1)
    }
    t.equal(set.freeOf(a, 10), 6, 'no more than its maximum, though seven are not kept for others')
    t.equal(set.freeOf(b, 10), 6, 'four are kept for the other')
    take(b, 6)
    t.equal(set.freeOf(a, 10), 4, 'its minimum')
    t.equal(set.freeOf(b, 10), 0, 'what is left is the minimum of the other')
    take(a, 4)
    t.equal(set.freeOf(a, 10), 0)
    set.finish(b, 1)
    t.equal(set.freeOf(a, 10), 1, 'lent beyond its minimum')
    const full = new PoolSet({ a: { minRatio: 0.4, maxRatio: 0.6 }, b: { minRatio: 0.3 } })
    for (let permit = 0; permit < 9; permit += 1) full.start(full.indexOf('default'), 1)
    t.equal(full.freeOf(a, 10), 1, 'of its minimum what is free, whatever others have a right to')
  },
)
