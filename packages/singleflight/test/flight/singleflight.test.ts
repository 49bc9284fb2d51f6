import { getEventListeners } from 'node:events'
import t from 'tap'
import { Singleflight } from '../../src/flight/singleflight.ts'
import type { SingleflightOptions } from '../../src/flight/singleflight-options.ts'
import { ControlledWork, settle, watch } from '../controlled-work.ts'
import { ManualClock } from '../manual-clock.ts'

function create(options: SingleflightOptions = {}) {
  const clock = new ManualClock()
  const flights = new Singleflight({ clock, newAbort: () => new AbortController() }, options)
  return { clock, flights, work: new ControlledWork() }
}

t.test('concurrent calls with one key share one execution', async (t) => {
  const { flights, work } = create()
  const calls = Array.from({ length: 1_000 }, () => flights.run('a', work.run))
  t.equal(work.count, 1)
  t.match(flights.snapshot(), { flights: 1, started: 1, joined: 999, apart: 0 })
  work.at(0).succeed('value')
  t.same(new Set(await Promise.all(calls)), new Set(['value']))
  t.equal(flights.size, 0)
})

t.test('different keys do not, and neither do calls one after the other', async (t) => {
  const { flights, work } = create()
  const first = flights.run('a', work.run)
  const second = flights.run('b', work.run)
  t.equal(work.count, 2)
  work.at(0).succeed('of a')
  work.at(1).succeed('of b')
  t.same(await Promise.all([first, second]), ['of a', 'of b'])
  const third = flights.run('a', work.run)
  t.equal(work.count, 3)
  work.at(2).succeed('again')
  t.equal(await third, 'again')
})

t.test('an error is shared, the very same, and not remembered', async (t) => {
  const { flights, work } = create()
  const calls = [1, 2, 3].map(() => watch(flights.run('a', work.run)))
  const error = new Error('no')
  work.at(0).fail(error)
  await settle()
  t.same(
    calls.map(({ outcome }) => outcome),
    [{ error }, { error }, { error }],
  )
  t.equal(flights.size, 0)
  const next = flights.run('a', work.run)
  work.at(1).succeed('yes')
  t.equal(await next, 'yes')
})

t.test("the first caller's abort does not touch those who joined", async (t) => {
  const { flights, work } = create()
  const leader = new AbortController()
  const first = watch(flights.run('a', work.run, { signal: leader.signal }))
  const second = flights.run('a', work.run)
  leader.abort(new Error('gone'))
  await settle()
  t.match(first.outcome, { error: { message: 'gone' } })
  t.notOk(work.at(0).signal.aborted)
  work.at(0).succeed('value')
  t.equal(await second, 'value')
  t.equal(work.count, 1)
})

t.test('a follower waits on its own signal, and leaves at once', async (t) => {
  const { flights, work } = create()
  const first = flights.run('a', work.run)
  const follower = new AbortController()
  const second = watch(flights.run('a', work.run, { signal: follower.signal }))
  follower.abort(new Error('gone'))
  await settle()
  t.match(second.outcome, { error: { message: 'gone' } })
  t.notOk(work.at(0).signal.aborted)
  work.at(0).succeed('value')
  t.equal(await first, 'value')
})

t.test(
  'a caller without a signal counts: others who leave do not take its work away',
  async (t) => {
    const { flights, work } = create()
    const first = flights.run('a', work.run)
    const leaving = [1, 2, 3].map(() => new AbortController())
    for (const { signal } of leaving) watch(flights.run('a', work.run, { signal }))
    for (const controller of leaving) controller.abort()
    t.notOk(work.at(0).signal.aborted)
    work.at(0).succeed('value')
    t.equal(await first, 'value')
  },
)

t.test('the last one to leave aborts the work, with its reason', async (t) => {
  const { flights, work } = create()
  const callers = [1, 2].map(() => new AbortController())
  for (const { signal } of callers) watch(flights.run('a', work.run, { signal }))
  callers[0]?.abort(new Error('first'))
  t.notOk(work.at(0).signal.aborted)
  callers[1]?.abort(new Error('last'))
  t.match(work.at(0).signal, { aborted: true, reason: { message: 'last' } })
  t.match(flights.snapshot(), { flights: 0, abandoned: 1 })
})

t.test('the entry is gone before the abort: who comes late starts anew', async (t) => {
  const { flights, work } = create()
  const leader = new AbortController()
  watch(flights.run('a', work.run, { signal: leader.signal }))
  let late: Promise<string> | undefined
  work.at(0).signal.addEventListener('abort', () => {
    late = flights.run('a', work.run)
  })
  leader.abort()
  t.equal(work.count, 2)
  t.equal(flights.size, 1)
  await settle()
  work.at(1).succeed('fresh')
  t.equal(await late, 'fresh')
})

t.test('a work that ignores its abort disturbs nobody when it ends', async (t) => {
  const { flights, work } = create()
  const leader = new AbortController()
  let endStubborn = (_: string): void => {}
  const stubborn = (): Promise<string> =>
    new Promise((resolve) => {
      endStubborn = resolve
    })
  watch(flights.run('a', stubborn, { signal: leader.signal }))
  leader.abort()
  const next = flights.run('a', work.run)
  endStubborn('too late')
  await settle()
  t.ok(flights.has('a'))
  work.at(0).succeed('value')
  t.equal(await next, 'value')
})

t.test('a signal that has been aborted starts nothing and joins nothing', async (t) => {
  const { flights, work } = create()
  const signal = AbortSignal.abort(new Error('before'))
  let joins = 0
  const onJoin = (): void => {
    joins += 1
  }
  await t.rejects(flights.run('a', work.run, { signal }), { message: 'before' })
  const first = flights.run('a', work.run)
  await t.rejects(flights.run('a', work.run, { signal, onJoin }), { message: 'before' })
  t.equal(joins, 0)
  t.equal(work.count, 1)
  work.at(0).succeed('value')
  await first
})

t.test('the listener on a caller’s signal is removed, however it ends', async (t) => {
  const { flights, work } = create()
  const ends: ((controller: AbortController) => void)[] = [
    () => work.at(-1).succeed('value'),
    () => work.at(-1).fail(new Error('no')),
    (controller) => controller.abort(),
    () => {
      flights.forget('a')
      work.at(-1).succeed('value')
    },
  ]
  for (const end of ends) {
    const [leader, follower] = [new AbortController(), new AbortController()]
    watch(flights.run('a', work.run, { signal: leader.signal }))
    watch(flights.run('a', work.run, { signal: follower.signal }))
    t.equal(getEventListeners(follower.signal, 'abort').length, 1)
    end(leader)
    end(follower)
    await settle()
    t.equal(getEventListeners(leader.signal, 'abort').length, 0)
    t.equal(getEventListeners(follower.signal, 'abort').length, 0)
  }
})

t.test('onJoin tells a follower, and only a follower', async (t) => {
  const { flights, work } = create()
  const joined: string[] = []
  const run = (who: string) => flights.run('a', work.run, { onJoin: () => joined.push(who) })
  const calls = [run('first'), run('second'), run('third')]
  t.same(joined, ['second', 'third'])
  work.at(0).succeed('value')
  await Promise.all(calls)
})

t.test('an abort from within onJoin leaves, as any other', async (t) => {
  const { flights, work } = create()
  const [leader, follower] = [new AbortController(), new AbortController()]
  const first = watch(flights.run('a', work.run, { signal: leader.signal }))
  const onJoin = (): void => {
    leader.abort(new Error('leader'))
    t.notOk(work.at(0).signal.aborted, 'the one who joins counts already')
    follower.abort(new Error('follower'))
  }
  const second = watch(flights.run('a', work.run, { signal: follower.signal, onJoin }))
  await settle()
  t.match(first.outcome, { error: { message: 'leader' } })
  t.match(second.outcome, { error: { message: 'follower' } })
  t.ok(work.at(0).signal.aborted)
  t.equal(flights.size, 0)
})

t.test('an onJoin that throws fails its own caller, and nobody else', async (t) => {
  const { flights, work } = create()
  const first = flights.run('a', work.run)
  const onJoin = (): void => {
    throw new Error('onJoin')
  }
  await t.rejects(flights.run('a', work.run, { onJoin }), { message: 'onJoin' })
  work.at(0).succeed('value')
  t.equal(await first, 'value')
})

t.test('a work that throws at once rejects, and leaves nothing behind', async (t) => {
  const { flights } = create()
  const bad: unknown[] = [
    () => {
      throw new Error('at once')
    },
    undefined,
    'work',
  ]
  for (const work of bad) await t.rejects(flights.run('a', work as () => never))
  t.equal(flights.size, 0)
})

t.test('a work may return a plain value, or a thenable that settles twice', async (t) => {
  const { flights } = create()
  t.equal(await flights.run('a', () => 7), 7)
  const twice = {
    // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested.
    then: (resolve: (value: string) => void, reject: (error: unknown) => void) => {
      resolve('once')
      reject(new Error('twice'))
      resolve('thrice')
    },
  } as unknown as PromiseLike<string>
  t.equal(await flights.run('a', () => twice), 'once')
  t.equal(flights.size, 0)
})

t.test('a work that asks for its own key at once does not wait for itself', async (t) => {
  const { flights } = create()
  const value = await flights.run('a', async () => `outer ${await flights.run('a', () => 'inner')}`)
  t.equal(value, 'outer inner')
  t.match(flights.snapshot(), { started: 1, apart: 1, flights: 0 })
})

t.test('nor later, if it passes its own signal on', async (t) => {
  const { flights } = create()
  const value = await flights.run('a', async (signal) => {
    await settle()
    return `outer ${await flights.run('a', () => 'inner', { signal })}`
  })
  t.equal(value, 'outer inner')
})

t.test('a work that aborts its only caller at once is abandoned', async (t) => {
  const { flights } = create()
  const leader = new AbortController()
  let seen: boolean | undefined
  const run = flights.run(
    'a',
    (signal) => {
      leader.abort(new Error('by the work'))
      seen = signal.aborted
      return 'value'
    },
    { signal: leader.signal },
  )
  await t.rejects(run, { message: 'by the work' })
  t.equal(seen, true)
  t.equal(flights.size, 0)
})

t.test(
  'after forget the next caller starts anew, and those who wait get their result',
  async (t) => {
    const { flights, work } = create()
    const before = flights.run('a', work.run)
    t.equal(flights.forget('a'), true)
    t.equal(flights.forget('a'), false)
    const after = flights.run('a', work.run)
    t.equal(work.count, 2)
    work.at(0).succeed('old')
    t.equal(await before, 'old')
    t.ok(flights.has('a'), 'the old end did not remove the new flight')
    work.at(1).succeed('new')
    t.equal(await after, 'new')
  },
)

t.test('a forgotten flight is still aborted by the last one to leave', async (t) => {
  const { flights, work } = create()
  const leader = new AbortController()
  watch(flights.run('a', work.run, { signal: leader.signal }))
  flights.forgetAll()
  t.equal(flights.size, 0)
  leader.abort()
  t.ok(work.at(0).signal.aborted)
})

t.test('the work can ask whether its result is still wanted by later callers', async (t) => {
  const { flights } = create({ maxAgeMs: 100 })
  const seen: boolean[] = []
  const end = flights.run('a', async (_signal, flight) => {
    seen.push(flight.isCurrent)
    flights.forget('a')
    seen.push(flight.isCurrent)
  })
  await end
  await flights.run(undefined, (_signal, flight) => {
    seen.push(flight.isCurrent)
  })
  t.same(seen, [true, false, false])
})

t.test('at maxFlights a further key runs apart, and is not refused', async (t) => {
  const { flights, work } = create({ maxFlights: 2 })
  const calls = ['a', 'b', 'c', 'c', 'a'].map((key) => flights.run(key, work.run))
  t.equal(work.count, 4)
  t.match(flights.snapshot(), { flights: 2, started: 2, joined: 1, apart: 2 })
  for (const { succeed } of work.executions) succeed('value')
  await Promise.all(calls)
  t.equal(flights.size, 0)
})

t.test('who runs apart leaves alone, and its work is aborted', async (t) => {
  const { flights, work } = create({ maxFlights: 1 })
  const first = flights.run('a', work.run)
  const apart = new AbortController()
  watch(flights.run('b', work.run, { signal: apart.signal }))
  apart.abort()
  t.ok(work.at(1).signal.aborted)
  t.notOk(work.at(0).signal.aborted)
  work.at(0).succeed('value')
  await first
})

t.test('at maxFollowers a further caller runs apart; one who left makes room', async (t) => {
  const { flights, work } = create({ maxFollowers: 2 })
  const leaving = new AbortController()
  const calls = [flights.run('a', work.run), flights.run('a', work.run)]
  watch(flights.run('a', work.run, { signal: leaving.signal }))
  calls.push(flights.run('a', work.run))
  t.equal(work.count, 2)
  leaving.abort()
  calls.push(flights.run('a', work.run))
  t.equal(work.count, 2)
  for (const { succeed } of work.executions) succeed('value')
  await Promise.all(calls)
})

t.test('a flight too old is joined no more, and those who wait go on waiting', async (t) => {
  const { clock, flights, work } = create({ maxAgeMs: 100 })
  const first = flights.run('a', work.run)
  clock.advance(99)
  const second = flights.run('a', work.run)
  t.equal(work.count, 1)
  clock.advance(1)
  t.notOk(flights.has('a'))
  const third = flights.run('a', work.run)
  t.equal(work.count, 2)
  work.at(1).succeed('new')
  t.equal(await third, 'new')
  work.at(0).succeed('old')
  t.same(await Promise.all([first, second]), ['old', 'old'])
  t.equal(flights.snapshot().aged, 1)
})

t.test('works that never settle do not keep the room for ever', async (t) => {
  const { clock, flights, work } = create({ maxFlights: 3, maxAgeMs: 100 })
  for (const key of ['a', 'b', 'c', 'd']) watch(flights.run(key, () => new Promise(() => {})))
  t.match(flights.snapshot(), { flights: 3, apart: 1 })
  clock.advance(100)
  watch(flights.run('e', work.run))
  watch(flights.run('e', work.run))
  t.match(flights.snapshot(), { flights: 1, joined: 1, aged: 3 })
})

t.test('keys are compared as in a Map; undefined is no key', async (t) => {
  const { flights, work } = create()
  const object = { id: 1 }
  const symbol = Symbol('key')
  const same = [object, symbol, Number.NaN, null, 1n, '', false]
  for (const key of same) {
    watch(flights.run(key, work.run))
    watch(flights.run(key, work.run))
  }
  t.equal(work.count, same.length)
  watch(flights.run({ id: 1 }, work.run))
  watch(flights.run('1', work.run))
  watch(flights.run(1, work.run))
  t.equal(work.count, same.length + 3)
  watch(flights.run(undefined, work.run))
  watch(flights.run(undefined, work.run))
  t.equal(work.count, same.length + 5)
})

t.test('everybody gets the same object, or, with copy, one of their own', async (t) => {
  for (const copy of [undefined, structuredClone]) {
    const { flights } = create({ copy })
    const work = async () => ({ list: [1] })
    const [first, second] = await Promise.all([flights.run('a', work), flights.run('a', work)])
    t.equal(first === second, copy === undefined)
    t.same(first, second)
  }
})

t.test('a copy that throws fails those it was for, and nobody hangs', async (t) => {
  const { flights } = create({ copy: structuredClone })
  const work = async () => () => 'a function cannot be cloned'
  const calls = [flights.run('a', work), flights.run('a', work)].map(watch)
  await settle()
  for (const { outcome } of calls) t.match(outcome, { error: { name: 'DataCloneError' } })
  t.equal(flights.size, 0)
})

t.test('a signal that is none is said to be none', async (t) => {
  const { flights, work } = create()
  for (const signal of [null, {}, new AbortController()]) {
    const run = flights.run('a', work.run, { signal: signal as never })
    await t.rejects(run, { code: 'HG_ERR_OPTION', option: 'signal' })
  }
  t.equal(work.count, 0)
})

t.test('a newAbort that throws rejects the call, and leaves nothing behind', async (t) => {
  const newAbort = () => {
    throw new Error('no controllers')
  }
  const flights = new Singleflight({ clock: new ManualClock(), newAbort })
  await t.rejects(
    flights.run('a', () => 'value'),
    { message: 'no controllers' },
  )
  t.equal(flights.size, 0)
})

t.test('is full only while flights that can be joined take the room', async (t) => {
  const { clock, flights } = create({ maxFlights: 2, maxAgeMs: 100 })
  t.notOk(flights.isFull)
  for (const key of ['a', 'b']) watch(flights.run(key, () => new Promise(() => {})))
  t.ok(flights.isFull)
  clock.advance(100)
  t.notOk(flights.isFull)
})
