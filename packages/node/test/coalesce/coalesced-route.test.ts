import { AsyncLocalStorage } from 'node:async_hooks'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Answer,
  ask,
  listening,
  type Question,
  seededRandom,
  until,
} from '@headgate/conformance'
import t, { type Test } from 'tap'
import type { CoalesceOptions } from '../../src/coalesce/coalesce-options.ts'
import { createAdmission, wrap } from '../../src/index.ts'
import { type GatedOptions, type GatedServer, gatedServer } from '../fixtures/gated-server.ts'

t.setTimeout(240_000)

type Handler = (request: IncomingMessage, response: ServerResponse, n: number) => void

/** A gated server that shares, whose handlers run when the test says so. */
class Bench {
  readonly gated: GatedServer
  readonly held: (() => void)[]

  static async open(
    t: Test,
    handler: Handler,
    { coalesce = {}, ...options }: GatedOptions & { coalesce?: CoalesceOptions<IncomingMessage> },
  ): Promise<Bench> {
    const held: (() => void)[] = []
    let runs = 0
    const listener = (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      runs += 1
      const n = runs
      return new Promise((resolve) => {
        held.push(() => {
          handler(request, response, n)
          resolve()
        })
      })
    }
    const gated = await gatedServer(t, listener, {
      ...options,
      wrap: { ...options.wrap, coalesce },
    })
    return new Bench(gated, held)
  }

  constructor(gated: GatedServer, held: (() => void)[]) {
    this.gated = gated
    this.held = held
  }

  get snapshot() {
    return this.gated.admission.snapshot()
  }

  ask(question: Question = {}): Promise<Answer> {
    return ask(this.gated.port, question)
  }

  /** Lets all handlers end that run once `count` do. */
  async finish(count = 1): Promise<void> {
    await until(`${count} run`, () => this.held.length === count)
    for (const end of this.held.splice(0)) end()
  }

  waiting(count: number): Promise<void> {
    return until(`${count} wait`, () => this.snapshot.coalesced.waiting === count)
  }
}

const numbered: Handler = (_request, response, n) => void response.end(String(n))
const bodies = async (answers: readonly Promise<Answer>[]) =>
  (await Promise.all(answers)).map(({ body }) => body)

t.test('each is charged its own token, and who has none left is refused', async (t) => {
  const rate = { refillPerSecond: 0.001, burst: 3 }
  const bench = await Bench.open(t, numbered, { admission: { rate }, coalesce: { ttlMs: 60_000 } })
  const answers = [bench.ask(), bench.ask(), bench.ask()]
  await bench.waiting(2)
  t.match(await bench.ask(), { statusCode: 429 }, 'a fourth follower')
  await bench.finish()
  t.same(await bodies(answers), ['1', '1', '1'])
  t.match(await bench.ask(), { statusCode: 429 }, 'and what is kept is not free either')
  t.equal(bench.snapshot.rejected.important.rate, 2)
})

t.test('who has to ask for itself after all pays once', async (t) => {
  const rate = { refillPerSecond: 0.001, burst: 3 }
  const handler: Handler = (_request, response, n) => {
    response.setHeader('cache-control', 'private')
    response.end(String(n))
  }
  const bench = await Bench.open(t, handler, { admission: { rate } })
  const answers = [bench.ask(), bench.ask(), bench.ask()]
  await bench.waiting(2)
  await bench.finish()
  await bench.finish(2)
  t.same((await bodies(answers)).sort(), ['1', '2', '3'])
  t.match(await bench.ask(), { statusCode: 429 })
})

t.test('followers take no permit, though the limit is one and nobody may wait', async (t) => {
  const bench = await Bench.open(t, numbered, { admission: { limit: 1, queue: false } })
  const answers = Array.from({ length: 20 }, () => bench.ask())
  await bench.waiting(19)
  t.equal(bench.snapshot.inFlight, 1)
  await bench.finish()
  t.ok((await bodies(answers)).every((body) => body === '1'))
  t.same(bench.snapshot.rejected.important, {})
})

t.test('a leader that is refused while it waits answers for its like, others ask', async (t) => {
  const queue = { maxWaitMs: 1_000, maxQueued: 10 }
  const tier = ({ headers }: IncomingMessage) => (headers['x-tier'] ? 'critical' : 'optional')
  const admission = { limit: 1, queue }
  const bench = await Bench.open(t, numbered, { admission, wrap: { tier } })
  const user = bench.gated.admission.tryAcquire()
  const like = [bench.ask(), bench.ask()]
  await bench.waiting(1)
  const critical = bench.ask({ headers: { 'x-tier': '1' } })
  await bench.waiting(2)
  for (const answer of like) t.match(await answer, { statusCode: 503 })
  if (user.admitted) user.permit.release()
  await Promise.race([bench.finish(), critical])
  t.match(bench.snapshot.coalesced, { waiting: 0, released: 2 })
  t.match(
    (await critical).statusCode === 200 || bench.snapshot.rejected.critical.expired === 1,
    true,
  )
})

t.test('past its TTL one fetches, and the others get the stale one at once', async (t) => {
  const coalesce = { ttlMs: 0.001, staleMs: 60_000 }
  const bench = await Bench.open(t, numbered, { coalesce })
  const first = bench.ask()
  await bench.finish()
  await first
  const leader = bench.ask()
  await until('it leads', () => bench.snapshot.coalesced.led === 2)
  const stale = await bench.ask()
  t.same([stale.body, stale.headers['cache-status']], ['1', 'headgate; hit; ttl=-1'])
  await bench.finish()
  t.match(await leader, { body: '2', headers: { 'cache-status': 'headgate; fwd=stale; stored' } })
})

t.test('a failure is shared with those who wait, not kept, and leaves what is stale', async (t) => {
  const coalesce = { ttlMs: 0.001, staleMs: 60_000 }
  const fails: Handler = (_request, response, n) => {
    response.statusCode = n === 1 ? 200 : 500
    response.end(String(n))
  }
  const bench = await Bench.open(t, fails, { coalesce })
  const first = bench.ask()
  await bench.finish()
  await first
  const leader = bench.ask()
  await bench.finish()
  t.match(await leader, { statusCode: 500 })
  const next = bench.ask()
  await until('another leads', () => bench.snapshot.coalesced.led === 3)
  t.match(await bench.ask(), { statusCode: 200, body: '1' })
  await bench.finish()
  await next
})

t.test(
  'past its stale time an answer still bridges a failure, and what must not be stale does not',
  async (t) => {
    const fails: Handler = (request, response, n) => {
      if (request.url === '/strict') response.setHeader('cache-control', 'must-revalidate')
      response.statusCode = n === 1 ? 200 : 502
      response.end(String(n))
    }
    for (const [path, statusCode] of [
      ['/', 200],
      ['/strict', 502],
    ] as const) {
      const coalesce = { ttlMs: 0.001, staleIfErrorMs: 60_000 }
      const bench = await Bench.open(t, fails, { coalesce })
      const first = bench.ask({ path })
      await bench.finish()
      await first
      const answers = [bench.ask({ path }), bench.ask({ path })]
      await bench.waiting(1)
      await bench.finish()
      for (const answer of answers) t.match(await answer, { statusCode })
      t.equal(bench.snapshot.coalesced.insteadOfError, statusCode === 200 ? 2 : 0)
    }
  },
)

t.test('what it says of its own age is kept to', async (t) => {
  const handler: Handler = (request, response, n) => {
    response.setHeader('cache-control', request.url === '/none' ? 'no-cache' : 'max-age=60')
    response.end(String(n))
  }
  const bench = await Bench.open(t, handler, { coalesce: { ttlMs: 3_600_000 } })
  for (const path of ['/none', '/none', '/some', '/some']) {
    const answer = bench.ask({ path })
    if (path !== '/some' || bench.snapshot.coalesced.led < 3) await bench.finish()
    const status = (await answer).headers['cache-status'] as string
    if (status.includes('hit')) t.match(status, /ttl=5\d$/)
  }
  t.match(bench.snapshot.coalesced, { led: 3, hits: 1 })
})

t.test('who reloads gets a new one, which is then kept', async (t) => {
  const bench = await Bench.open(t, numbered, { coalesce: { ttlMs: 60_000 } })
  const first = bench.ask()
  await bench.finish()
  await first
  const reload = bench.ask({ headers: { 'cache-control': 'no-cache' } })
  await bench.finish()
  t.match(await reload, { body: '2', headers: { 'cache-status': 'headgate; fwd=request; stored' } })
  t.equal((await bench.ask()).body, '2')
})

t.test('headers that answers name in Vary are learnt', async (t) => {
  const handler: Handler = ({ headers }, response, n) => {
    response.setHeader('vary', 'Accept-Language')
    response.end(`${headers['accept-language']} ${n}`)
  }
  const bench = await Bench.open(t, handler, { coalesce: { ttlMs: 60_000 } })
  const inLanguage = (language: string) => bench.ask({ headers: { 'accept-language': language } })
  const answers = ['de', 'de', 'en', 'en'].map(inLanguage)
  await bench.waiting(3)
  await bench.finish()
  await bench.finish()
  const texts = await bodies(answers)
  t.equal(texts[0], texts[1])
  t.equal(texts[2], texts[3])
  t.match(texts, [/^de/, /^de/, /^en/, /^en/])
  t.equal((await inLanguage('en')).body, texts[2])
  t.equal((await inLanguage('de')).body, texts[0])
  t.match(bench.snapshot.coalesced, { led: 2, hits: 2 })
})

t.test('at its bound of followers a further one asks the gate', async (t) => {
  const bench = await Bench.open(t, numbered, { coalesce: { maxFollowers: 1 } })
  const answers = [bench.ask(), bench.ask(), bench.ask()]
  await bench.finish(2)
  t.same((await bodies(answers)).sort(), ['1', '1', '2'])
  t.match(bench.snapshot.coalesced, { collapsed: 1, apart: 1 })
})

t.test('a request too old is followed no more, and keeps its followers', async (t) => {
  const bench = await Bench.open(t, numbered, { coalesce: { maxAgeMs: 1_000 } })
  const old = [bench.ask(), bench.ask()]
  await bench.waiting(1)
  await sleep(1_050)
  const young = bench.ask()
  await bench.finish(2)
  t.same(await bodies([...old, young]), ['1', '1', '2'])
})

t.test(
  'a handler that sees that its client has left, and ends, has a successor at once',
  async (t) => {
    const handler: Handler = ({ socket }, response, n) => {
      if (!socket.destroyed) response.end(String(n))
    }
    const bench = await Bench.open(t, handler, { coalesce: { maxAgeMs: 60_000 } })
    const leaver = new AbortController()
    const left = bench.ask({ signal: leaver.signal }).catch(() => undefined)
    await until('it runs', () => bench.held.length === 1)
    const follower = bench.ask()
    await bench.waiting(1)
    leaver.abort()
    await left
    await until('its server knows', () => bench.gated.sockets[0]?.destroyed === true)
    await bench.finish()
    await bench.finish()
    t.equal((await follower).body, '2')
  },
)

t.test('functions that throw or answer late share nothing, and are told of', async (t) => {
  for (const name of ['when', 'key', 'principal'] as const) {
    for (const ask of [thrower, async () => 'late']) {
      const bench = await Bench.open(t, numbered, { coalesce: { [name]: ask } })
      const headers: Record<string, string> = name === 'principal' ? { cookie: 'a=1' } : {}
      const answers = [bench.ask({ headers }), bench.ask({ headers })]
      await bench.finish(2)
      t.equal(new Set(await bodies(answers)).size, 2, name)
      t.ok(bench.snapshot.errors >= 2)
    }
  }
})

function thrower(): never {
  throw new Error('of the user')
}

t.test('while it drains nothing is served by the side', async (t) => {
  const bench = await Bench.open(t, numbered, { coalesce: { ttlMs: 60_000 } })
  const first = bench.ask()
  await bench.finish()
  await first
  void bench.gated.admission.drain()
  t.match(await bench.ask(), { statusCode: 503 })
})

t.test('a follower that goes on does so in its own async context', async (t) => {
  const storage = new AsyncLocalStorage<string>()
  const admission = createAdmission()
  t.teardown(() => admission.close())
  const held: (() => void)[] = []
  const gated = wrap<IncomingMessage, ServerResponse>(
    async (_request, response) => {
      await new Promise<void>((resolve) => held.push(resolve))
      response.setHeader('set-cookie', 'a=1')
      response.end(storage.getStore())
    },
    { admission, coalesce: {} },
  )
  const server = createServer((request, response) =>
    storage.run(String(request.headers['x-name']), () => gated(request, response)),
  )
  const port = await listening(t, server)
  const answers = ['a', 'b', 'c'].map((name) => ask(port, { headers: { 'x-name': name } }))
  await until('two wait', () => admission.snapshot().coalesced.waiting === 2)
  for (const end of held.splice(0)) end()
  await until('they run', () => held.length === 2)
  for (const end of held.splice(0)) end()
  t.same(await bodies(answers), ['a', 'b', 'c'])
})

t.test(
  'a thousand requests of two principals and many, in any order: nobody gets another’s',
  async (t) => {
    const seed = Number(process.env.HEADGATE_SEED ?? Date.now())
    t.comment(`seed ${seed}`)
    const random = seededRandom(seed)
    const principal = ({ headers }: IncomingMessage) => headers.cookie
    const bench = await Bench.open(
      t,
      ({ headers, url }, response) => {
        if (random() < 0.1) response.setHeader('vary', 'x-kind')
        if (url === '/0' && headers.cookie === 'a') response.setHeader('cache-control', 'private')
        if (random() < 0.02) response.destroy()
        else if (random() < 0.5) response.end(`${headers.cookie} ${url}`)
        else {
          response.write(`${headers.cookie}`)
          response.end(` ${url}`)
        }
      },
      { coalesce: { ttlMs: 2, staleMs: 5, principal, maxAgeMs: 20 } },
    )
    let [wrong, right] = [0, 0]
    const askOne = async (): Promise<void> => {
      const cookie = ['a', 'b', 'c'][Math.floor(random() * 3)] as string
      const path = `/${Math.floor(random() * 3)}`
      const leaver = random() < 0.2 ? new AbortController() : undefined
      if (leaver !== undefined) setTimeout(() => leaver.abort(), random() * 8)
      const question = { path, headers: { cookie, 'x-kind': String(random() < 0.5) } }
      try {
        const { port } = bench.gated
        const { body } = await ask(port, leaver ? { ...question, signal: leaver.signal } : question)
        if (body === `${cookie} ${path}`) right += 1
        else wrong += 1
      } catch {
        // It left, or its answer was destroyed.
      }
    }
    const timer = setInterval(() => {
      const some = bench.held.splice(0, Math.ceil(random() * bench.held.length))
      for (const end of some) end()
    }, 5)
    for (let round = 0; round < 40; round += 1) {
      await Promise.all(Array.from({ length: 25 }, askOne))
    }
    clearInterval(timer)
    t.equal(wrong, 0)
    t.ok(right > 500, `${right} were answered`)
    t.comment(JSON.stringify(bench.snapshot.coalesced))
    t.ok(bench.snapshot.coalesced.collapsed > 30)
    await until(
      'nothing is left',
      () => bench.snapshot.inFlight + bench.snapshot.coalesced.waiting === 0,
    )
    t.equal(bench.snapshot.errors, 0)
  },
)
