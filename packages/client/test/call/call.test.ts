import { AsyncLocalStorage } from 'node:async_hooks'
import { VirtualClock } from '@headgate/core'
import t from 'tap'
import type { ResilientOptions } from '../../src/client/client-options.ts'
import type { Controller, DispatchOptions, Handler } from '../../src/handler/handler.ts'
import { seededRandom, VirtualClient } from '../fixtures/virtual-client.ts'

/** An attempt as the dispatcher below sees it. */
class Sent implements Controller {
  readonly options: DispatchOptions
  readonly handler: Handler
  aborted = false
  paused = false
  reason: Error | null = null

  constructor(options: DispatchOptions, handler: Handler) {
    this.options = options
    this.handler = handler
  }

  abort(reason: Error): void {
    this.aborted = true
    this.reason = reason
    this.handler.onResponseError?.(this, reason)
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
  }

  start(): this {
    this.handler.onRequestStart(this, undefined)
    return this
  }

  answer(status: number, body = '', headers = {}): this {
    this.handler.onResponseStart?.(this, status, headers, 'said')
    if (body !== '') this.handler.onResponseData?.(this, Buffer.from(body))
    this.handler.onResponseEnd?.(this, { end: '1' })
    return this
  }

  fail(code: string): void {
    this.handler.onResponseError?.(this, Object.assign(new Error(code), { code }))
  }
}

function setUp(options: ResilientOptions = {}, origins: readonly string[] = ['http://a']) {
  const clock = new VirtualClock()
  const sent: Sent[] = []
  const server = {
    dispatch(asked: DispatchOptions, handler: Handler) {
      sent.push(new Sent(asked, handler))
      return true
    },
  }
  const servers = Object.fromEntries(origins.map((origin) => [origin, server]))
  const client = new VirtualClient({ clock, random: seededRandom(1), servers }, options)
  const heard: unknown[] = []
  let controller: Controller | undefined
  const handler: Handler = {
    onRequestStart(given) {
      controller = given
    },
    onResponseStart: (_controller, status, headers) => heard.push([status, headers]),
    onResponseData: (_controller, chunk) => heard.push(String(chunk)),
    onResponseEnd: (_controller, trailers) => heard.push(trailers),
    onResponseError: (_controller, error) => heard.push(error),
    onRequestUpgrade: (...upgrade) => heard.push([upgrade[1], upgrade[3]]),
  }
  const ask = (more: object = {}, by: Handler = handler) =>
    client.pipeline.dispatch({ path: '/', method: 'GET', ...more }, by)
  const last = () => sent.at(-1) as Sent
  return {
    ...{ clock, sent, heard, ask, last, handler },
    counters: client.pipeline.counters,
    abort: (reason: Error) => controller?.abort(reason),
  }
}

const END = { end: '1' }

t.test('an answer goes through as it is: informational ones, trailers, none at all', async (t) => {
  const { ask, last, heard, counters } = setUp()
  ask()
  last().start()
  for (let n = 0; n < 3; n += 1) last().handler.onResponseStart?.(last(), 103, { link: 'x' })
  last().answer(200, 'body')
  const early = [103, { link: 'x' }]
  t.same(heard.splice(0), [early, early, early, [200, {}], 'body', END])
  ask({ method: 'HEAD' })
  last().start().answer(204)
  t.same(heard.splice(0), [[204, {}], END])
  t.match(counters, { active: 0, succeeded: 2 })
})

t.test('a dispatcher that throws, or fails twice, fails once', async (t) => {
  const { ask, last, heard, counters, sent } = setUp({ retry: false })
  ask({ origin: 'http://unknown' })
  t.match(heard.splice(0), [{ message: 'no server at http://unknown', outcome: 'not-sent' }])
  ask()
  last().handler.onResponseError?.(null, new Error('one'))
  last().handler.onResponseError?.(undefined, new Error('two'))
  last().start().answer(200, 'late')
  t.match(heard.splice(0), [{ message: 'one', outcome: 'not-sent' }])
  ask()
  last().start().handler.onResponseEnd?.(last(), {})
  t.match(heard.splice(0), [{ message: 'ended without headers' }])
  t.equal(counters.active, 0)
  t.equal(sent.length, 2)
})

t.test('a handler that throws ends its call, and the attempt with it', async (t) => {
  const { ask, last, handler, heard, counters } = setUp()
  const broken = {
    ...handler,
    onResponseStart: () => {
      throw new Error('mine')
    },
  }
  ask({}, broken)
  last().start().answer(200, 'x')
  t.match(heard.splice(0), [{ message: 'mine' }])
  t.equal(last().aborted, true)
  const early = {
    ...handler,
    onRequestStart: () => {
      throw new Error('at once')
    },
  }
  ask({}, early)
  t.match(heard.splice(0), [{ message: 'at once' }])
  t.equal(counters.active, 0)
})

t.test('a caller that leaves from within its first callback sends nothing', async (t) => {
  const { ask, sent, handler, heard, counters } = setUp()
  ask({}, { ...handler, onRequestStart: (controller) => controller.abort(new Error('no')) })
  t.match(heard, [{ message: 'no', outcome: 'not-sent', attempts: 0 }])
  t.equal(sent.length, 0)
  t.equal(counters.active, 0)
})

/** A hundred quick calls, so that a late one is known to be late. */
function warm({ ask, last, clock, heard }: ReturnType<typeof setUp>): void {
  for (let n = 0; n < 300; n += 1) {
    ask()
    last().start()
    clock.advance(10)
    last().answer(200)
  }
  heard.splice(0)
}

t.test(
  'a late call is hedged, elsewhere; the first answer counts and the loser is aborted',
  async (t) => {
    const all = setUp({ hedge: true, throttle: false }, ['http://a', 'http://b'])
    warm(all)
    const { ask, sent, clock, heard, counters } = all
    ask()
    const first = all.last().start()
    clock.advance(20)
    const hedge = all.last().start()
    t.not(hedge, first)
    t.not(hedge.options.origin, first.options.origin)
    t.match(hedge.options.headers, [
      'x-request-deadline-ms',
      String,
      'x-request-attempt',
      /^2;max=3;kind=hedge$/,
    ])
    hedge.answer(200, 'hedge')
    t.equal(first.aborted, true)
    first.answer(200, 'late')
    t.same(heard.splice(0), [[200, {}], 'hedge', END])
    t.match(counters, { hedges: 1, hedgesWon: 1, active: 0, retries: 0 })
    const before = sent.length
    ask({ method: 'POST' })
    all.last().start()
    clock.advance(1000)
    t.equal(sent.length, before + 1, 'a POST is not hedged')
  },
)

t.test('of tied attempts the one that a server has begun goes on alone', async (t) => {
  const all = setUp({ hedge: true, throttle: false }, ['http://a', 'http://b'])
  warm(all)
  const { ask, last, clock, heard, counters } = all
  ask()
  const first = last().start()
  clock.advance(20)
  const hedge = last().start()
  hedge.handler.onResponseStart?.(hedge, 103, { 'x-started': '1' })
  t.equal(first.aborted, true)
  hedge.answer(200, 'begun')
  t.equal(heard.at(-2), 'begun')
  t.equal(counters.active, 0)
})

t.test(
  'a bad answer waits for the hedge, and is what there is if that fails as well',
  async (t) => {
    const all = setUp({ hedge: true, throttle: false, retry: { attempts: 1 } }, [
      'http://a',
      'http://b',
    ])
    warm(all)
    const { ask, last, clock, heard } = all
    ask()
    const first = last().start()
    clock.advance(20)
    const hedge = last().start()
    first.answer(502, 'bad gateway')
    t.same(heard, [])
    hedge.fail('ECONNRESET')
    t.same(heard.splice(0), [[502, {}], 'bad gateway', END])
    ask()
    const again = last().start()
    clock.advance(20)
    const better = last().start()
    t.not(again, better)
    again.answer(502, 'bad gateway')
    better.answer(200, 'good')
    t.same(heard.splice(0), [[200, {}], 'good', END])
  },
)

t.test('the body of the winner comes at the pace of the caller', async (t) => {
  const { ask, last, handler, heard } = setUp()
  let controller: Controller | undefined
  ask(
    {},
    {
      ...handler,
      onRequestStart: (given) => {
        controller = given
      },
    },
  )
  const attempt = last().start()
  controller?.pause()
  attempt.handler.onResponseStart?.(attempt, 200, {})
  t.equal(attempt.paused, true, 'what was asked for before the answer holds for it')
  controller?.resume()
  t.equal(attempt.paused, false)
  attempt.handler.onResponseData?.(attempt, Buffer.from('1'))
  controller?.pause()
  t.equal(attempt.paused, true)
  controller?.abort(new Error('enough'))
  t.equal(attempt.aborted, true)
  t.match(heard, [[200, {}], '1', { message: 'enough', outcome: 'processed' }])
})

t.test('who waits for a permit can leave, and permits come back', async (t) => {
  const { ask, last, sent, abort, heard, counters } = setUp({ limiter: 1 })
  ask()
  const first = last().start()
  ask()
  t.equal(sent.length, 1)
  abort(new Error('gone'))
  t.match(heard.splice(0), [{ message: 'gone', outcome: 'not-sent' }])
  ask()
  first.answer(200)
  t.equal(sent.length, 2, 'the next one got it')
  last().start().answer(200)
  t.equal(counters.active, 0)
})

t.test('a permit that comes too late is a timeout of the queue', async (t) => {
  const { ask, last, clock, heard } = setUp({
    limiter: { maxLimit: 1, maxWaitMs: 100 },
    retry: false,
  })
  ask()
  last().start()
  ask()
  clock.advance(200)
  t.match(heard.splice(0), [
    { code: 'HG_ERR_TIMEOUT', reason: 'queue', outcome: 'not-sent', attempts: 0 },
  ])
})

t.test('an upgrade is handed on, and is never tried twice', async (t) => {
  const { ask, last, heard, sent, counters } = setUp()
  const socket = { destroy() {} }
  ask({ upgrade: 'websocket' })
  last().start().handler.onRequestUpgrade?.(last(), 101, {}, socket)
  t.same(heard.splice(0), [[101, socket]])
  ask({ method: 'CONNECT' })
  last().fail('ECONNREFUSED')
  t.match(heard.splice(0), [{ code: 'ECONNREFUSED', notRetried: 'attempts' }])
  t.equal(sent.length, 2)
  t.equal(counters.active, 0)
})

t.test('retries are made in the context of the caller', async (t) => {
  const storage = new AsyncLocalStorage<string>()
  const seen: (string | undefined)[] = []
  const { clock, heard } = await (async () => {
    const all = setUp({ limiter: false })
    const { ask, sent } = all
    const push = sent.push.bind(sent)
    sent.push = (...one) => {
      seen.push(storage.getStore())
      return push(...one)
    }
    storage.run('mine', () => ask())
    storage.run('a socket', () => all.last().start().fail('ECONNRESET'))
    storage.run('a timer', () => all.clock.advance(5000))
    storage.run('a socket', () => all.last().start().answer(200))
    return all
  })()
  t.same(seen, ['mine', 'mine'])
  t.same(heard, [[200, {}], END])
  clock.advance(100_000)
})

t.test('whatever happens to attempts, a call ends once, and nothing is left', async (t) => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = seededRandom(seed)
    const all = setUp(
      { hedge: true, breaker: true, limiter: 3, timeouts: { attemptMs: 50, totalMs: 400 } },
      ['http://a', 'http://b', 'http://c'],
    )
    const ends: number[] = []
    const open: Sent[] = []
    for (let n = 0; n < 100; n += 1) {
      ends.push(0)
      let controller: Controller | undefined
      const ended = () => {
        ends[n] = (ends[n] ?? 0) + 1
      }
      all.ask(
        { method: random() < 0.5 ? 'GET' : 'POST', body: random() < 0.5 ? 'x' : null },
        {
          onRequestStart: (given) => {
            controller = given
          },
          onResponseEnd: ended,
          onResponseError: ended,
        },
      )
      if (random() < 0.1) controller?.abort(new Error('left'))
      open.push(...all.sent.splice(0))
      for (const one of open) {
        const drawn = random()
        if (drawn < 0.1) one.start()
        else if (drawn < 0.2) one.fail('ECONNRESET')
        else if (drawn < 0.3) one.answer(503, 'full', { 'x-nack': random() < 0.5 ? '1' : '0' })
        else if (drawn < 0.4) one.start().answer(200, 'ok')
        else if (drawn < 0.45) one.abort(new Error('by undici'))
      }
      all.clock.advance(random() * 20)
    }
    all.clock.advance(2000)
    t.ok(
      ends.every((count) => count === 1),
      `seed ${seed}: ${ends.filter((count) => count !== 1).length} calls`,
    )
    t.equal(all.counters.active, 0, `seed ${seed}`)
  }
})
