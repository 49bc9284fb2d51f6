import fc from 'fast-check'
import t from 'tap'
import {
  type Dispatched,
  KeyedDispatcher,
  type KeyedDispatcherOptions,
} from '../../src/background/keyed-dispatcher.ts'

const seed = Date.now()
t.comment(`seed ${seed}`)

type Manner = 'later' | 'at once' | 'throws' | 'done, then throws' | 'adds'

interface Work {
  readonly id: number
  readonly key: string
  readonly manner: Manner
}

/** A dispatcher whose work ends when it is told to, and notes of what it did. */
class Bench {
  readonly dispatcher: KeyedDispatcher<string, Work>
  readonly begun: Work[] = []
  readonly running: { readonly work: Work; readonly done: () => void }[] = []
  readonly errors: unknown[] = []
  readonly accepted: Work[] = []
  #ids = 0

  constructor(options: KeyedDispatcherOptions = {}) {
    this.dispatcher = new KeyedDispatcher<string, Work>(
      { work: (work, done) => this.#work(work, done), onError: (error) => this.errors.push(error) },
      options,
    )
  }

  add(key: string, manner: Manner = 'later'): Dispatched {
    this.#ids += 1
    const work = { id: this.#ids, key, manner }
    // It may begin before `add` has returned, but not if it is refused.
    this.accepted.push(work)
    const answer = this.dispatcher.add(key, work)
    if (answer.endsWith('full')) this.accepted.splice(this.accepted.indexOf(work), 1)
    return answer
  }

  end(which: number): void {
    const [ended] = this.running.splice(which % Math.max(1, this.running.length), 1)
    ended?.done()
    ended?.done()
  }

  begunOf(key: string): number[] {
    return this.begun.filter((work) => work.key === key).map(({ id }) => id)
  }

  #work(work: Work, done: () => void): void {
    if (this.running.some((it) => it.work.key === work.key)) throw new Error('two of a key')
    this.begun.push(work)
    if (work.manner === 'later') this.running.push({ work, done })
    if (work.manner === 'at once' || work.manner === 'done, then throws') done()
    if (work.manner.endsWith('throws')) throw new Error('work')
    if (work.manner === 'adds') {
      this.add('x')
      this.add(work.key)
      done()
    }
  }
}

t.test('keeps the order within a key, and lets keys pass each other', async (t) => {
  const bench = new Bench({ maxRunning: 2 })
  t.same(
    ['a', 'a', 'b', 'c'].map((key) => bench.add(key)),
    ['running', 'queued', 'running', 'queued'],
  )
  bench.end(1)
  t.same(
    bench.begun.map(({ key }) => key),
    ['a', 'b', 'c'],
  )
  bench.end(0)
  t.same(bench.begunOf('a'), [1, 2])
  t.same(bench.dispatcher.snapshot(), { running: 2, queued: 0, keys: 2, refused: 0, failed: 0 })
})

t.test('a busy key does not hold up the others: keys take turns', async (t) => {
  const bench = new Bench({ maxRunning: 1 })
  for (const key of ['a', 'a', 'a', 'b', 'c']) bench.add(key)
  for (let end = 0; end < 5; end += 1) bench.end(0)
  t.same(bench.begun.map(({ key }) => key).join(''), 'abcaa')
})

t.test('is bounded for each key and in all', async (t) => {
  const bench = new Bench({ maxRunning: 1, maxQueuedPerKey: 2, maxQueued: 3 })
  const answers = ['a', 'a', 'a', 'a', 'b', 'b', 'c'].map((key) => bench.add(key))
  t.same(answers, ['running', 'queued', 'queued', 'key-full', 'queued', 'full', 'full'])
  t.equal(bench.dispatcher.snapshot().refused, 3)
})

t.test('work that fails does not stop its key, and is told of', async (t) => {
  const bench = new Bench({ maxRunning: 1 })
  for (const manner of ['throws', 'done, then throws', 'later'] as const) bench.add('a', manner)
  t.same(bench.begunOf('a'), [1, 2, 3])
  t.equal(bench.errors.length, 2)
  t.equal(bench.dispatcher.snapshot().failed, 2)
})

t.test('a listener that throws holds up nobody, and whoever called hears of it', async (t) => {
  let worked = 0
  let first: (() => void) | undefined
  const dispatcher = new KeyedDispatcher<string, number>(
    {
      work: (item, done) => {
        worked += 1
        if (item === 0) first = done
        else throw new Error(`work ${item}`)
      },
      onError: (error) => {
        throw error
      },
    },
    { maxRunning: 1 },
  )
  for (const item of [0, 1, 2, 3]) dispatcher.add(`k${item}`, item)
  t.throws(() => first?.(), /work 1/)
  t.equal(worked, 4)
  t.equal(dispatcher.snapshot().keys, 0)
})

t.test('work that is done at once takes no stack, however much of it there is', async (t) => {
  const bench = new Bench({ maxRunning: 1, maxQueuedPerKey: 100_000, maxQueued: 100_000 })
  bench.add('a')
  for (let item = 0; item < 50_000; item += 1) bench.add('a', 'at once')
  bench.end(0)
  t.equal(bench.begun.length, 50_001)
  t.equal(bench.dispatcher.snapshot().keys, 0)
})

t.test('what waits can be forgotten', async (t) => {
  const bench = new Bench({ maxRunning: 1 })
  for (const key of ['a', 'a', 'b']) bench.add(key)
  t.equal(bench.dispatcher.clear(), 2)
  bench.add('a')
  bench.end(0)
  t.equal(bench.begun.length, 2, 'what came after that is worked on')
  bench.end(0)
  t.equal(bench.dispatcher.snapshot().keys, 0)
  t.equal(bench.add('a'), 'running')
})

t.test('keeps its word for any work', async (t) => {
  const add = fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd', 'x'),
    manner: fc.constantFrom<Manner>('later', 'later', 'later', 'at once', 'throws', 'adds'),
  })
  const step = fc.oneof(
    { weight: 3, arbitrary: add },
    { weight: 2, arbitrary: fc.record({ end: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ end: fc.constant(0) }) },
  )
  const options = fc.record({
    maxRunning: fc.integer({ min: 1, max: 4 }),
    maxQueuedPerKey: fc.integer({ min: 1, max: 4 }),
    maxQueued: fc.integer({ min: 1, max: 8 }),
  })
  const steps = fc.array(step, { maxLength: 150, size: 'max' })
  const property = fc.property(options, steps, (given, list) => {
    const bench = new Bench(given)
    for (const it of list) {
      if ('end' in it) bench.end(it.end)
      else bench.add(it.key, it.manner)
      const { running, queued, keys } = bench.dispatcher.snapshot()
      const waiting = bench.accepted.filter((work) => !bench.begun.includes(work))
      must(running === bench.running.length && running <= given.maxRunning, 'running')
      must(queued === waiting.length && queued <= given.maxQueued, 'queued')
      must(
        keys ===
          new Set([...waiting, ...bench.running.map(({ work }) => work)].map(({ key }) => key))
            .size,
        'keys',
      )
      const busy = new Set(bench.running.map(({ work }) => work.key))
      const isIdle = running < given.maxRunning && waiting.some(({ key }) => !busy.has(key))
      must(!isIdle, 'nobody waits who could run')
      for (const key of ['a', 'b', 'c', 'd', 'x']) {
        const mine = waiting.filter((work) => work.key === key)
        must(mine.length <= given.maxQueuedPerKey, 'queued of a key')
        const order = bench.begunOf(key)
        must(
          order.every((id, index) => index === 0 || id > (order[index - 1] as number)),
          'order',
        )
      }
    }
    for (let end = 0; end < 1_000 && bench.running.length > 0; end += 1) bench.end(0)
    must(bench.begun.length === bench.accepted.length, 'everything accepted is worked on, once')
    must(bench.dispatcher.snapshot().keys === 0, 'nothing is left')
    must(
      bench.errors.every((error) => (error as Error).message === 'work'),
      'one of a key at a time',
    )
  })
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: 1_000 }))
})

t.test('wrong options name themselves', async (t) => {
  const wrong: [RegExp, KeyedDispatcherOptions][] = [
    [/^options must/, { maxKeys: 1 } as never],
    [/^maxRunning must/, { maxRunning: 0 }],
    [/^maxQueuedPerKey must/, { maxQueuedPerKey: Number.NaN }],
    [/^maxQueued must/, { maxQueued: 1e9 }],
  ]
  for (const [message, options] of wrong) t.throws(() => new Bench(options), message)
  const parts = { work: () => {}, onError: undefined }
  t.throws(() => new KeyedDispatcher(parts as never), /^onError must/)
})

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}
