import { AsyncLocalStorage } from 'node:async_hooks'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  type Answer,
  ask,
  calm,
  get,
  keepWarnings,
  listening,
  RawSocket,
  turns,
  until,
} from '@headgate/conformance'
import t from 'tap'
import { type Admission, createAdmission, isProbe, type Tier, wrap } from '../../src/index.ts'
import { gatedServer } from '../fixtures/gated-server.ts'

const NO_QUEUE = { limit: 1, queue: false } as const

/** Takes the last permit, so that the next request has to wait or is refused. */
function occupy(admission: Admission): () => void {
  const decision = admission.tryAcquire({ tier: 'critical' })
  if (!decision.admitted) throw new Error(decision.reason)
  return () => decision.permit.release('ignore')
}

t.test('hands requests on unchanged, and gives every permit back', async (t) => {
  const { port, admission } = await gatedServer(t, async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    response.statusCode = 201
    response.setHeader('x-method', request.method as string)
    response.end(`${request.url} ${Buffer.concat(chunks)}`)
  })
  const answer = await ask(port, { method: 'POST', path: '/a?b=c', body: 'hello' })
  t.match(answer, { statusCode: 201, body: '/a?b=c hello', headers: { 'x-method': 'POST' } })
  await until('the permit is back', () => admission.snapshot().inFlight === 0)
  t.equal(admission.snapshot().admitted.important, 1)
})

t.test('makes an admission of its own when none is given', async (t) => {
  const server = createServer(wrap((_request, response) => response.end('served'), { limit: 2 }))
  const port = await listening(t, server)
  t.equal((await ask(port)).body, 'served')
})

t.test('a listener behind two gates is counted once', async (t) => {
  const inner = createAdmission({ limit: 1 })
  const { port, admission } = await gatedServer(
    t,
    wrap((_request, response) => response.end('served'), { admission: inner }),
  )
  for (let n = 0; n < 5; n += 1) t.equal((await ask(port)).body, 'served')
  await until('the permits are back', () => admission.snapshot().inFlight === 0)
  t.equal(admission.snapshot().admitted.important, 5)
  t.match(inner.snapshot(), { inFlight: 0, admitted: { important: 0 } })
  inner.close()
})

t.test('says at once what is wrong with an option', async (t) => {
  const listener = (): void => {}
  const cases: readonly [unknown, string, string][] = [
    [{ exempts: true }, 'options', '"exempts"'],
    [{ tier: 'critical' }, 'tier', '"critical"'],
    [{ exempt: ['/livez'] }, 'exempt', 'an array'],
    [{ deadlineMs: 0 }, 'deadlineMs', '0'],
    [{ deadlineMs: '5' }, 'deadlineMs', '"5"'],
    [{ onReject: {} }, 'onReject', 'an object'],
    [{ admit: 'none' }, 'admit', '"none"'],
    [{ admission: {} }, 'admission', 'an object'],
    [{ admission: null }, 'admission', 'null'],
    [{ limit: 0 }, 'limit', '0'],
  ]
  for (const [options, option, given] of cases) {
    try {
      wrap(listener, options as never)
      t.fail(`accepted ${option}, ${given}`)
    } catch (error) {
      const { code, option: named, message } = error as Error & Record<'code' | 'option', string>
      t.same([code, named], ['HG_ERR_OPTION', option], message)
      t.ok(message.endsWith(`got ${given}`), message)
    }
  }
  t.throws(() => wrap({ callback: () => listener } as never), {
    code: 'HG_ERR_OPTION',
    message: 'listener must be a function, got an object',
  })
})

t.test('what makes an admission cannot be given beside one', async (t) => {
  const admission = createAdmission()
  t.teardown(() => admission.close())
  t.throws(() => wrap(() => {}, { admission, limit: 5 }), {
    code: 'HG_ERR_OPTION',
    message: /^limit must be given to createAdmission when admission is set, got 5$/,
  })
  t.doesNotThrow(() => wrap(() => {}, { admission, limit: undefined, tier: () => 'critical' }))
})

t.test('a request that comes while there is no permit waits for one', async (t) => {
  const { port, admission } = await gatedServer(t, (_request, response) => response.end('late'), {
    admission: { limit: 1, queue: { maxWaitMs: 60_000, maxQueued: 1_000, order: 'fifo' } },
  })
  const release = occupy(admission)
  const answer = ask(port)
  await until('it waits', () => admission.snapshot().queued === 1)
  release()
  t.equal((await answer).body, 'late')
})

t.test('probes are served whatever happens, and nothing else is', async (t) => {
  const { port, admission } = await gatedServer(t, (_request, response) => response.end('alive'), {
    admission: NO_QUEUE,
  })
  occupy(admission)
  for (const path of ['/livez', '/readyz', '/healthz', '/health', '/metrics', '/livez?verbose']) {
    t.equal((await ask(port, { path })).statusCode, 200, path)
  }
  t.equal((await ask(port, { path: '/livez', method: 'HEAD' })).statusCode, 200)
  t.equal((await ask(port, { path: '/livez', method: 'POST' })).statusCode, 503)
  t.equal((await ask(port, { path: '/livez/deep' })).statusCode, 503)
  t.equal((await ask(port, { path: '/' })).statusCode, 503)
  t.same(admission.snapshot().admitted.important, 0, 'probes are not counted')
})

t.test('more than 64 exempt requests at once go through the gate', async (t) => {
  const waiting: ServerResponse[] = []
  const { port, admission } = await gatedServer(t, (_request, response) => waiting.push(response), {
    admission: NO_QUEUE,
    wrap: { exempt: () => true },
  })
  occupy(admission)
  const answers = Array.from({ length: 64 }, () => ask(port))
  await until('64 are in', () => waiting.length === 64)
  t.equal((await ask(port)).statusCode, 503)
  for (const response of waiting) response.end()
  await Promise.all(answers)
  const after = ask(port)
  await until('their places are free again', () => waiting.length === 65)
  waiting[64]?.end()
  t.equal((await after).statusCode, 200)
})

t.test('a function that throws counts as the default, and is told of once a second', async (t) => {
  const { port, admission } = await gatedServer(t, (_request, response) => response.end('ok'), {
    wrap: {
      tier: () => {
        throw new Error('no tier')
      },
      exempt: () => {
        throw new Error('no exempt')
      },
      deadlineMs: () => {
        throw new Error('no deadline')
      },
    },
  })
  const told: string[] = []
  admission.subscribe((event) => event.type === 'error' && told.push(event.source), ['error'])
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask(port)))
  t.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 10)
  t.equal((await ask(port, { path: '/livez' })).statusCode, 200)
  t.equal(admission.snapshot().admitted.important, 10, 'the default tier')
  t.equal(admission.snapshot().errors, 31, 'each is counted; a probe is asked for exempt only')
  t.ok(told.length >= 3 && told.length < 31)
  t.same(new Set(told), new Set(['tier', 'exempt', 'deadlineMs']))
})

t.test('nonsense from a function counts as the default, and as malformed', async (t) => {
  const said: unknown[] = ['vip', null, 5, {}, Promise.resolve('critical')]
  const { port, admission } = await gatedServer(t, (_request, response) => response.end('ok'), {
    wrap: {
      tier: (request) => said[Number(request.url?.slice(1))] as Tier,
      exempt: () => 1 as unknown as boolean,
    },
  })
  for (let n = 0; n < said.length; n += 1) {
    t.equal((await ask(port, { path: `/${n}` })).statusCode, 200)
  }
  t.match(admission.snapshot(), {
    // Each by its tier, and by what makes it exempt.
    malformed: 2 * said.length,
    admitted: { critical: 0, important: said.length },
  })
})

t.test('a deadline that makes no sense is none, and one that is over is a refusal', async (t) => {
  let said: unknown
  const { port, admission } = await gatedServer(t, (_request, response) => response.end('ok'), {
    wrap: { deadlineMs: () => said as number },
  })
  for (const nonsense of [Number.NaN, '50', {}, Number.POSITIVE_INFINITY, undefined]) {
    said = nonsense
    t.equal((await ask(port)).statusCode, 200, String(nonsense))
  }
  t.equal(admission.snapshot().malformed, 3)
  said = -1
  t.equal(JSON.parse((await ask(port)).body).reason, 'expired')
})

t.test('tiers decide who is served', async (t) => {
  const { port, admission } = await gatedServer(t, (_request, response) => response.end('ok'), {
    admission: { limit: 10, queue: false },
    wrap: { tier: (request) => request.headers['x-tier'] as Tier },
  })
  const held = Array.from({ length: 8 }, () => occupy(admission))
  const statusOf = async (tier: Tier): Promise<number> => {
    const { statusCode } = await ask(port, { headers: { 'x-tier': tier } })
    await until('the permit is back', () => admission.snapshot().inFlight === held.length)
    return statusCode
  }
  t.equal(await statusOf('critical'), 200)
  t.equal(await statusOf('important'), 503)
  t.equal(await statusOf('optional'), 503)
  t.equal(await statusOf('opportunistic'), 503)
})

t.test('a handler sees the async context of its own request', async (t) => {
  const storage = new AsyncLocalStorage<string>()
  const admission = calm(
    createAdmission({
      limit: 3,
      queue: { maxWaitMs: 60_000, maxQueued: 1_000, order: 'fifo' },
    }),
  )
  t.teardown(() => admission.close())
  const listener = wrap(
    async (request: IncomingMessage, response: ServerResponse) => {
      const before = storage.getStore()
      await turns(1)
      response.end(JSON.stringify([request.url, before, storage.getStore()]))
    },
    { admission },
  )
  const server = createServer((request, response) =>
    storage.run(request.url as string, () => listener(request, response)),
  )
  const port = await listening(t, server)
  const paths = Array.from({ length: 40 }, (_, n) => `/${n}`)
  const answers = await Promise.all(paths.map((path) => ask(port, { path })))
  t.same(
    answers.map(({ body }) => JSON.parse(body)),
    paths.map((path) => [path, path, path]),
  )
})

t.test(
  'onReject sees the context of the request refused, not of the one that took its place',
  async (t) => {
    const storage = new AsyncLocalStorage<string>()
    const admission = createAdmission({ limit: 1, queue: { maxQueued: 1, maxWaitMs: 60_000 } })
    t.teardown(() => admission.close())
    const seen: unknown[] = []
    const listener = wrap(
      (_request: IncomingMessage, response: ServerResponse) => response.end('served'),
      {
        admission,
        tier: (request) => (request.url === '/critical' ? 'critical' : 'important'),
        onReject: (request, response, { reason }) => {
          seen.push([request.url, storage.getStore(), reason])
          response.end('refused')
        },
      },
    )
    const server = createServer((request, response) =>
      storage.run(request.url as string, () => listener(request, response)),
    )
    const port = await listening(t, server)
    const release = occupy(admission)
    const waiting = ask(port, { path: '/important' })
    await until('it waits', () => admission.snapshot().queued === 1)
    const taking = ask(port, { path: '/critical' })
    t.equal((await waiting).body, 'refused')
    release()
    t.equal((await taking).body, 'served')
    t.same(seen, [['/important', '/important', 'evicted']])
  },
)

t.test('a handler that never ends gives its permit back when the client leaves', async (t) => {
  let handled = 0
  const { port, admission } = await gatedServer(t, () => {
    handled += 1
  })
  const client = new RawSocket(port).write(get())
  await until('the handler has begun', () => handled === 1)
  t.equal(admission.snapshot().inFlight, 1)
  client.socket.destroy()
  await until('the permit is back', () => admission.snapshot().inFlight === 0)
  t.pass('given back')
})

t.test(
  'a client that leaves while it waits frees its place, and nobody works for it',
  async (t) => {
    let handled = 0
    const { port, admission } = await gatedServer(
      t,
      () => {
        handled += 1
      },
      { admission: { limit: 1, queue: { maxWaitMs: 60_000, maxQueued: 1_000, order: 'fifo' } } },
    )
    const release = occupy(admission)
    const client = new RawSocket(port).write(get())
    await until('it waits', () => admission.snapshot().queued === 1)
    client.socket.destroy()
    await until('its place is free', () => admission.snapshot().queued === 0)
    release()
    await turns(5)
    t.equal(handled, 0)
    t.match(admission.snapshot(), { inFlight: 0, rejected: { important: { cancelled: 1 } } })
  },
)

t.test('a slow reader holds its permit, but its slowness teaches nothing', async (t) => {
  const latenciesNs: number[] = []
  const limit = {
    current: 5,
    onSample: ({ latencyNs }: { readonly latencyNs: number }) => latenciesNs.push(latencyNs),
    snapshot: () => ({}),
  }
  const { port, admission } = await gatedServer(
    t,
    (_request, response) => response.end(Buffer.alloc(16 * 1024 * 1024, 'x')),
    { admission: { limit } },
  )
  const client = new RawSocket(port)
  client.socket.pause()
  client.write(get())
  await until('the handler has ended', () => latenciesNs.length === 1)
  await turns(20)
  t.equal(admission.snapshot().inFlight, 1, 'the response is still under way')
  client.socket.resume()
  await until('the permit is back', () => admission.snapshot().inFlight === 0)
  t.equal(latenciesNs.length, 1, 'sampled once')
  client.socket.destroy()
})

t.test('learns from what did the work, and hears of overload behind', async (t) => {
  const samples: boolean[] = []
  const limit = {
    current: 5,
    onSample: ({ overloaded }: { readonly overloaded: boolean }) => samples.push(overloaded),
    snapshot: () => ({}),
  }
  const { port } = await gatedServer(
    t,
    (request, response) => {
      response.statusCode = Number(request.url?.slice(1))
      response.end()
    },
    { admission: { limit } },
  )
  const check = async (statusCode: number, expected: readonly boolean[]): Promise<void> => {
    samples.length = 0
    await ask(port, { path: `/${statusCode}` })
    t.same(samples, expected, String(statusCode))
  }
  await check(200, [false])
  await check(204, [false])
  await check(304, [false])
  await check(404, [])
  await check(429, [])
  await check(500, [])
  await check(502, [])
  await check(503, [true])
  await check(504, [true])
})

t.test('responses queued on a pipelined socket that dies give their permits back', async (t) => {
  const responses: ServerResponse[] = []
  const { port, admission } = await gatedServer(
    t,
    (_request, response) => responses.push(response),
    { admission: { limit: 500 } },
  )
  const clients = Array.from({ length: 20 }, () => new RawSocket(port).write(get().repeat(10)))
  await until('all are handled', () => responses.length === 200)
  t.equal(admission.snapshot().inFlight, 200)
  for (const { socket } of clients) socket.destroy()
  await until('every permit is back', () => admission.snapshot().inFlight === 0)
  t.equal(admission.snapshot().queued, 0)
})

t.test('pipelined requests that wait for a dead socket leave the queue', async (t) => {
  const { port, admission } = await gatedServer(t, () => {}, {
    admission: { limit: 1, queue: { maxQueued: 300, maxWaitMs: 60_000, order: 'fifo' } },
    wrap: { tier: () => 'critical' },
  })
  const release = occupy(admission)
  const clients = Array.from({ length: 20 }, () => new RawSocket(port).write(get().repeat(10)))
  await until('all wait', () => admission.snapshot().queued === 200)
  for (const { socket } of clients) socket.destroy()
  await until('none waits', () => admission.snapshot().queued === 0)
  release()
  t.equal(admission.snapshot().inFlight, 0)
})

t.test('one socket listener serves any number of pipelined requests', async (t) => {
  const responses: ServerResponse[] = []
  const { server, port, admission } = await gatedServer(t, (_request, response) =>
    responses.push(response),
  )
  let listeners = 0
  server.on('connection', (socket) => {
    listeners = socket.listenerCount('close')
  })
  const warnings = keepWarnings(t)
  const client = new RawSocket(port).write(get().repeat(30))
  await until('all are handled', () => responses.length > 0)
  for (let done = 0; done < 30; done += 1) {
    await until('the next is handled', () => responses.length > done)
    responses[done]?.end()
  }
  await until('every permit is back', () => admission.snapshot().inFlight === 0)
  // Another client shows that a bare socket has as many, less the gate's own.
  const socket = responses[0]?.req.socket
  t.equal((socket?.listenerCount('close') ?? 0) - listeners, 1)
  t.same(warnings, [])
  client.socket.destroy()
})

t.test('upgrades go past the gate', async (t) => {
  const { server, port, admission } = await gatedServer(t, () => {}, { admission: NO_QUEUE })
  occupy(admission)
  server.on('upgrade', (_request, socket) => {
    socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\nhello')
  })
  const client = new RawSocket(port).write(
    'GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
  )
  await client.hears('hello')
  t.equal(client.count(101), 1)
  t.equal(admission.snapshot().inFlight, 1, 'only the permit that the test holds')
})

t.test(
  'a guard that leaves admission to routes refuses only what no route could save',
  async (t) => {
    const { port, admission } = await gatedServer(t, (_request, response) => response.end('ok'), {
      admission: NO_QUEUE,
      wrap: { admit: 'route' },
    })
    const release = occupy(admission)
    t.equal((await ask(port)).statusCode, 200, 'no permit is asked for')
    t.equal(admission.snapshot().admitted.critical, 1, 'but that of the test')
    const drained = admission.drain()
    t.match(JSON.parse((await ask(port)).body), { reason: 'draining' })
    t.equal((await ask(port, { path: '/livez' })).statusCode, 200)
    release()
    await drained
  },
)

t.test('a drain lets nobody in, serves who waits, and waits for who runs', async (t) => {
  let finish: (() => void) | undefined
  const { port, admission } = await gatedServer(
    t,
    (request, response) => {
      if (request.url !== '/slow') response.end('served')
      else finish = () => response.end('served')
    },
    { admission: { limit: 1, queue: { maxWaitMs: 60_000, maxQueued: 1_000, order: 'fifo' } } },
  )
  const running = ask(port, { path: '/slow' })
  await until('it runs', () => finish !== undefined)
  const waiting = ask(port)
  await until('it waits', () => admission.snapshot().queued === 1)
  const drained = admission.drain()
  t.match(JSON.parse((await ask(port)).body), { reason: 'draining' })
  t.equal((await ask(port, { path: '/readyz' })).statusCode, 200, 'readiness is the app’s to say')
  finish?.()
  const answers: Answer[] = await Promise.all([running, waiting])
  t.same(
    answers.map(({ body }) => body),
    ['served', 'served'],
  )
  t.same(await drained, { leftover: 0 })
})

t.test('exempt can add to the default', async (t) => {
  const { port, admission } = await gatedServer(t, (_request, response) => response.end('ok'), {
    admission: NO_QUEUE,
    wrap: { exempt: (request) => isProbe(request) || request.url === '/ping' },
  })
  occupy(admission)
  t.equal((await ask(port, { path: '/ping' })).statusCode, 200)
  t.equal((await ask(port, { path: '/livez' })).statusCode, 200)
  t.equal((await ask(port, { path: '/pong' })).statusCode, 503)
})
