import { createRequire } from 'node:module'
import { Readable } from 'node:stream'
import { ask, calm, get, giveBack, occupy, portOf, RawSocket, until } from '@headgate/conformance'
import fastify, { type FastifyInstance } from 'fastify'
import t from 'tap'
import plugin, {
  createAdmission,
  type FastifyHeadgateOptions,
  headgate,
  InvalidOptionError,
} from '../src/index.ts'

type Teardown = { teardown(task: () => unknown): void }

const FULL: FastifyHeadgateOptions = { limit: 1, queue: false }

/** An app behind the gate, closed at the end of the test. */
async function create(t: Teardown, options: FastifyHeadgateOptions = {}): Promise<FastifyInstance> {
  const app = fastify({ forceCloseConnections: true })
  // Nobody is refused because the machine of the test is slow.
  await app.register(headgate, {
    queue: { maxWaitMs: 60_000, maxQueued: 1_000, order: 'fifo' },
    ...options,
  })
  calm(app.headgate)
  t.teardown(() => {
    giveBack(app.headgate)
    return app.close()
  })
  app.get('/', async () => 'served')
  app.get('/livez', async () => 'alive')
  return app
}

async function listen(app: FastifyInstance): Promise<number> {
  await app.listen({ port: 0, host: '127.0.0.1' })
  return portOf(app)
}

function isIdle(app: FastifyInstance): boolean {
  const { inFlight, queued } = app.headgate.snapshot()
  return inFlight === 0 && queued === 0
}

t.test('is found under every name', async (t) => {
  const required = createRequire(import.meta.url)('@headgate/fastify')
  const imported = await import('@headgate/fastify')
  t.type(required, 'function', 'what require gives is the plugin')
  t.equal(imported.default, imported.headgate)
  t.equal(required, imported.default)
  t.equal(plugin, headgate)
  t.same(Object.keys(imported).sort(), [
    'InvalidOptionError',
    'RejectedError',
    'context',
    'createAdmission',
    'createCachedSingleflight',
    'createServerFactory',
    'createSingleflight',
    'default',
    'drainOnSignal',
    'headgate',
    'isProbe',
    'logOverload',
    'module.exports',
    'startLiveness',
  ])
  for (const name of Object.keys(imported).filter(
    (key) => !/^(default|module\.exports)$/.test(key),
  )) {
    t.equal(required[name], imported[name as keyof typeof imported], `${name} for CommonJS`)
  }
  for (const found of [
    required,
    imported.default,
    imported.headgate,
    import('@headgate/fastify'),
  ]) {
    const app = fastify()
    await app.register(found)
    t.type(app.headgate.snapshot, 'function')
    await app.close()
  }
})

t.test('needs no options, and decorates app and request', async (t) => {
  const app = fastify()
  t.teardown(() => app.close())
  await app.register(headgate)
  app.get('/handle', async ({ headgate }) => ({
    tier: headgate?.tier,
    waited: (headgate?.waitedMs ?? -1) >= 0,
    pressure: headgate?.pressure,
  }))
  const { pressure, ...handle } = (await app.inject('/handle')).json()
  t.same(handle, { tier: 'important', waited: true })
  // A machine that is busy with other things has some.
  t.ok(pressure >= 0 && pressure < 1, `${pressure}`)
  t.equal(app.headgate.snapshot().admitted.important, 1)
  t.ok(app.hasRequestDecorator('headgate'))
  await until('the permit is back', () => isIdle(app))
})

t.test('names the wrong option at start-up', async (t) => {
  const cases: readonly [unknown, string, string][] = [
    [{ limits: 5 }, 'options', '"limits"'],
    [{ limit: 'fast' }, 'limit', '"fast"'],
    [{ hook: 'onSend' }, 'hook', '"onSend"'],
    [{ hook: 'onrequest' }, 'hook', '"onrequest"'],
    [{ hook: null }, 'hook', 'null'],
    [{ tier: 'critical' }, 'tier', '"critical"'],
    [{ onReject: true }, 'onReject', 'true'],
    [{ queue: { maxWaitMs: 0 } }, 'queue.maxWaitMs', '0'],
    [{ admission: createAdmission, limit: 3 }, 'admission', 'a function'],
  ]
  for (const [options, option, given] of cases) {
    const app = fastify()
    try {
      await app.register(headgate, options as FastifyHeadgateOptions)
      t.fail(`accepted ${option}, ${given}`)
    } catch (error) {
      t.type(error, InvalidOptionError)
      const { code, option: named, message } = error as InvalidOptionError
      t.same([code, named], ['HG_ERR_OPTION', option], message)
      t.ok(message.endsWith(`got ${given}`), message)
    }
    await app.close()
  }
})

t.test('a refusal keeps the contract', async (t) => {
  const app = await create(t, FULL)
  const port = await listen(app)
  occupy(app.headgate)
  const { statusCode, headers, body } = await ask(port)
  t.equal(statusCode, 503)
  t.match(headers, {
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    'x-nack': '1',
    'x-overload': 'scope=instance',
  })
  t.match(headers['retry-after'], /^([1-9]|[12][0-9]|30)$/)
  t.match(JSON.parse(body), { status: 503, reason: 'full' })

  const client = new RawSocket(port).write('HEAD / HTTP/1.1\r\nhost: a\r\n\r\n')
  await client.hears('\r\n\r\n')
  client.write(get())
  await until('the next request is answered', () => client.count(503) === 2)
  t.match(client.text.split('\r\n\r\n')[1], /^HTTP\/1\.1 503/, 'HEAD has no body')
  client.socket.destroy()
})

t.test('a large body that nobody wants ends the connection, a small one does not', async (t) => {
  const app = await create(t, FULL)
  app.post('/', async () => 'served')
  const port = await listen(app)
  occupy(app.headgate)
  const large = new RawSocket(port).write(
    'POST / HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\ncontent-length: 65537\r\n\r\n',
  )
  await until('the server closes', () => large.closed)
  t.match(large.text, /^HTTP\/1\.1 503 /)
  t.match(large.text, /\r\nconnection: close\r\n/i)
  const small = new RawSocket(port).write(
    'POST / HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nsmall',
  )
  await small.hears('"reason":"full"')
  small.write(get())
  await until('the connection is used again', () => small.count(503) === 2)
})

t.test(
  'headers that came first reach the client, and hooks for responses still end it',
  async (t) => {
    const app = fastify({ forceCloseConnections: true })
    t.teardown(() => app.close())
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('access-control-allow-origin', 'https://shop.example')
      reply.header('retry-after', '99')
      reply.header('set-cookie', ['a=1', 'b=2'])
      reply.raw.setHeader('x-frame-options', 'DENY')
    })
    await app.register(headgate, FULL)
    const hooks: string[] = []
    app.addHook('onSend', async () => hooks.push('onSend'))
    app.addHook('onResponse', async (_request, reply) =>
      hooks.push(`onResponse ${reply.statusCode}`),
    )
    app.get('/', async () => 'served')
    t.teardown(() => giveBack(app.headgate))
    occupy(app.headgate)
    const { statusCode, headers } = await ask(await listen(app))
    t.equal(statusCode, 503)
    t.match(headers, {
      'access-control-allow-origin': 'https://shop.example',
      'x-frame-options': 'DENY',
      'set-cookie': ['a=1', 'b=2'],
      'content-type': 'application/problem+json',
      'retry-after': /^([1-9]|[12][0-9]|30)$/,
    })
    await until('the hook was called', () => hooks.length > 0)
    t.same(hooks, ['onResponse 503'])
    const injected = await app.inject('/')
    t.match(injected.headers, { 'access-control-allow-origin': 'https://shop.example' })
  },
)

t.test('routes say how important they are', async (t) => {
  const app = await create(t, { limit: 10, queue: false })
  for (const tier of ['critical', 'important', 'optional', 'opportunistic'] as const) {
    app.get(
      `/${tier}`,
      { config: { headgate: { tier } } },
      async (request) => request.headgate?.tier,
    )
  }
  for (const tier of ['critical', 'important', 'optional', 'opportunistic']) {
    t.equal((await app.inject(`/${tier}`)).body, tier)
    await until('the permit is back', () => isIdle(app))
  }
  const held = Array.from({ length: 9 }, () => occupy(app.headgate))
  t.equal((await app.inject('/critical')).statusCode, 200)
  await until('the permit is back', () => app.headgate.snapshot().inFlight === held.length)
  t.equal((await app.inject('/important')).json().reason, 'shed')
  t.equal((await app.inject('/opportunistic')).json().reason, 'shed')
})

t.test('a route’s own tier goes before the tier function', async (t) => {
  const app = await create(t, { tier: () => 'optional' })
  app.get('/own', { config: { headgate: { tier: 'critical' } } }, async (r) => r.headgate?.tier)
  app.get('/none', { config: { headgate: {} } }, async (r) => r.headgate?.tier)
  t.equal((await app.inject('/own')).body, 'critical')
  t.equal((await app.inject('/none')).body, 'optional')
})

t.test('a route’s deadline ends its wait', async (t) => {
  const app = await create(t, {
    limit: 1,
    queue: { maxWaitMs: 60_000, maxQueued: 1_000, order: 'fifo' },
  })
  app.get('/soon', { config: { headgate: { deadlineMs: 5 } } }, async () => 'served')
  const port = await listen(app)
  occupy(app.headgate)
  t.equal(JSON.parse((await ask(port, { path: '/soon' })).body).reason, 'expired')
})

t.test('false exempts a route, and so do probes', async (t) => {
  const app = await create(t, FULL)
  app.get('/exempt', { config: { headgate: false } }, async (request) => ({ h: request.headgate }))
  occupy(app.headgate)
  t.same((await app.inject('/exempt')).json(), { h: null })
  t.equal((await app.inject('/livez')).body, 'alive')
  t.equal((await app.inject('/')).statusCode, 503)
  t.equal(app.headgate.snapshot().admitted.important, 0)
})

t.test('more than 64 exempt at once go through the gate, and give their places back', async (t) => {
  const app = await create(t, FULL)
  const finish: (() => void)[] = []
  app.get('/slow', { config: { headgate: false } }, async () => {
    await new Promise<void>((resolve) => finish.push(resolve))
    return 'served'
  })
  occupy(app.headgate)
  for (let round = 0; round < 2; round += 1) {
    const answers = Array.from({ length: 64 }, () => app.inject('/slow').then((answer) => answer))
    await until('64 are in', () => finish.length === 64)
    t.equal((await app.inject('/slow')).statusCode, 503)
    for (const end of finish.splice(0)) end()
    t.ok((await Promise.all(answers)).every(({ statusCode }) => statusCode === 200))
  }
})

t.test('guards the scope it is registered in, with a gate for each', async (t) => {
  const app = fastify()
  t.teardown(() => app.close())
  app.get('/free', async (request) => ({ handle: request.headgate }))
  const scopes: FastifyInstance[] = []
  for (const name of ['a', 'b']) {
    await app.register(async (child) => {
      await child.register(headgate, FULL)
      child.get(`/${name}`, async () => 'served')
      scopes.push(child)
    })
  }
  const [a, b] = scopes as [FastifyInstance, FastifyInstance]
  t.not(a.headgate, b.headgate)
  t.notOk(app.hasDecorator('headgate'))
  t.teardown(() => giveBack(a.headgate))
  occupy(a.headgate)
  t.equal((await app.inject('/a')).statusCode, 503)
  t.equal((await app.inject('/b')).statusCode, 200)
  t.same((await app.inject('/free')).json(), {})
})

t.test('a second gate in the same scope, or below, is an error at start-up', async (t) => {
  const same = fastify()
  t.teardown(() => same.close())
  await same.register(headgate)
  await t.rejects(async () => same.register(headgate), { code: 'FST_ERR_DEC_ALREADY_PRESENT' })

  const below = fastify()
  t.teardown(() => below.close())
  await below.register(headgate)
  await t.rejects(
    async () => below.register(async (child) => void (await child.register(headgate))),
    { code: 'FST_ERR_DEC_ALREADY_PRESENT' },
  )
})

t.test('routes added before it, by others, and none at all are guarded as well', async (t) => {
  const app = fastify()
  t.teardown(() => app.close())
  app.get('/before', async () => 'served')
  app.register(async (child) => {
    child.get('/child', async () => 'served')
  })
  await app.register(headgate, FULL)
  const release = occupy(app.headgate)
  for (const path of ['/before', '/child', '/nowhere']) {
    t.equal((await app.inject(path)).statusCode, 503, path)
  }
  release()
  t.equal((await app.inject('/nowhere')).statusCode, 404)
  await until('the permit of the 404 is back', () => isIdle(app))
})

t.test('preHandler comes after the body and who sent it is known', async (t) => {
  const app = fastify()
  t.teardown(() => app.close())
  await app.register(headgate, {
    hook: 'preHandler',
    limit: 10,
    queue: false,
    tier: (request) => ((request.body as { vip?: boolean }).vip ? 'critical' : 'optional'),
  })
  app.post('/', async (request) => request.headgate?.tier)
  t.teardown(() => giveBack(app.headgate))
  const held = Array.from({ length: 9 }, () => occupy(app.headgate))
  const send = (payload: object | string) =>
    app.inject({
      method: 'POST',
      url: '/',
      payload,
      headers: { 'content-type': 'application/json' },
    })
  t.equal((await send({ vip: true })).body, 'critical')
  await until('the permit is back', () => app.headgate.snapshot().inFlight === held.length)
  t.equal((await send({})).json().reason, 'shed')
  t.equal((await send('{')).statusCode, 400, 'a bad request takes no permit')
  t.equal(app.headgate.snapshot().inFlight, held.length)
})

t.test('every way to answer gives the permit back, and teaches what it should', async (t) => {
  const samples: boolean[] = []
  const limit = {
    current: 50,
    onSample: ({ overloaded }: { readonly overloaded: boolean }) => samples.push(overloaded),
    snapshot: () => ({}),
  }
  const app = await create(t, { limit })
  app.get('/reply', (_request, reply) => reply.send('x'))
  app.get('/204', (_request, reply) => reply.code(204).send())
  app.get('/304', (_request, reply) => reply.code(304).send())
  app.get('/redirect', (_request, reply) => reply.redirect('/'))
  app.get('/stream', (_request, reply) => reply.send(Readable.from(['a', 'b', 'c'])))
  app.get('/hijack', (_request, reply) => {
    reply.hijack()
    reply.raw.end('raw')
  })
  app.get('/events', (_request, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
    reply.raw.write('data: 1\n\n')
    setImmediate(() => reply.raw.end('data: 2\n\n'))
  })
  app.get('/throws', async () => {
    throw new Error('broken')
  })
  app.get('/throws-now', () => {
    throw Object.assign(new Error('behind is overloaded'), { statusCode: 503 })
  })
  app.get('/broken-stream', (_request, reply) =>
    reply.send(
      new Readable({
        read() {
          this.destroy(new Error('broken'))
        },
      }),
    ),
  )
  const port = await listen(app)
  const check = async (path: string, statusCode: number, expected: readonly boolean[]) => {
    samples.length = 0
    const answer = await ask(port, { path }).catch(() => undefined)
    if (answer !== undefined) t.equal(answer.statusCode, statusCode, path)
    await until(`the permit of ${path} is back`, () => isIdle(app))
    t.same(samples, expected, path)
  }
  await check('/', 200, [false])
  await check('/reply', 200, [false])
  await check('/204', 204, [false])
  await check('/304', 304, [false])
  await check('/redirect', 302, [false])
  await check('/stream', 200, [false])
  await check('/hijack', 200, [false])
  await check('/events', 200, [false])
  await check('/nowhere', 404, [])
  await check('/throws', 500, [])
  await check('/throws-now', 503, [true])
  // The handler's own answer was a 200: that the stream breaks afterwards says nothing of capacity.
  await check('/broken-stream', 500, [false])
})

t.test('an error handler and a not-found handler of your own work as ever', async (t) => {
  const app = await create(t)
  app.setErrorHandler((error: Error, _request, reply) => reply.code(418).send(error.message))
  app.setNotFoundHandler((_request, reply) => reply.code(404).send('nothing here'))
  app.get('/throws', async () => {
    throw new Error('broken')
  })
  t.match(await app.inject('/throws'), { statusCode: 418, body: 'broken' })
  t.match(await app.inject('/nowhere'), { statusCode: 404, body: 'nothing here' })
  occupy(app.headgate)
  await until('permits are back', () => app.headgate.snapshot().inFlight === 1)
})

t.test('a refusal is no error: no error handler, no onError hook sees it', async (t) => {
  const app = await create(t, FULL)
  app.setErrorHandler(() => t.fail('the error handler was called'))
  app.addHook('onError', async () => t.fail('onError was called'))
  let responses = 0
  app.addHook('onResponse', async () => {
    responses += 1
  })
  occupy(app.headgate)
  t.equal((await app.inject('/')).statusCode, 503)
  t.equal(responses, 1, 'onResponse is: whoever counts responses counts refusals too')
})

t.test('your own answer goes out as it is; one that fails is replaced', async (t) => {
  const app = await create(t, {
    ...FULL,
    onReject: (request, reply, { reason, retryAfterMs }) => {
      if (request.url === '/throws') throw new Error('broken')
      if (request.url === '/rejects') return Promise.reject(new Error('broken'))
      return reply
        .code(429)
        .header('retry-after', '7')
        .send({ reason, known: retryAfterMs > 0 })
    },
  })
  occupy(app.headgate)
  const own = await app.inject('/')
  t.equal(own.statusCode, 429)
  t.equal(own.headers['retry-after'], '7')
  t.same(own.json(), { reason: 'full', known: true })
  t.match(await app.inject('/throws'), { statusCode: 503, headers: { 'x-nack': '1' } })
  t.match(await app.inject('/rejects'), { statusCode: 503, headers: { 'x-nack': '1' } })
  t.equal(app.headgate.snapshot().errors, 2)
})

t.test('a client that leaves while it waits frees its place, and no handler runs', async (t) => {
  const app = await create(t, {
    limit: 1,
    queue: { maxWaitMs: 60_000, maxQueued: 1_000, order: 'fifo' },
  })
  let handled = 0
  app.get('/work', async () => {
    handled += 1
  })
  const port = await listen(app)
  const release = occupy(app.headgate)
  const client = new RawSocket(port).write(get('/work'))
  await until('it waits', () => app.headgate.snapshot().queued === 1)
  client.socket.destroy()
  await until('its place is free', () => app.headgate.snapshot().queued === 0)
  release()
  t.equal((await ask(port)).statusCode, 200)
  t.equal(handled, 0)
})

t.test('a handler that never answers gives its permit back when the client leaves', async (t) => {
  const app = await create(t)
  app.get('/never', () => new Promise(() => {}))
  app.get('/hijacked', (_request, reply) => {
    reply.hijack()
  })
  const port = await listen(app)
  for (const path of ['/never', '/hijacked']) {
    const client = new RawSocket(port).write(get(path))
    await until('it runs', () => app.headgate.snapshot().inFlight === 1)
    client.socket.destroy()
    await until('the permit is back', () => isIdle(app))
  }
  t.pass('given back')
})

t.test('close lets who runs finish and who waits be served, and refuses who comes', async (t) => {
  const app = fastify({ forceCloseConnections: 'idle' })
  await app.register(headgate, {
    limit: 1,
    queue: { maxWaitMs: 60_000, maxQueued: 1_000, order: 'fifo' },
  })
  let finish: (() => void) | undefined
  app.get('/slow', async () => {
    await new Promise<void>((resolve) => {
      finish = resolve
    })
    return 'slow'
  })
  app.get('/', async () => 'quick')
  const port = await listen(app)
  const keptAlive = new RawSocket(port).write(get('/livez'))
  await until('a connection is kept', () => keptAlive.count(404) === 1)
  const running = ask(port, { path: '/slow' })
  await until('it runs', () => finish !== undefined)
  const waiting = ask(port)
  await until('it waits', () => app.headgate.snapshot().queued === 1)

  const closed = app.close()
  await until('it drains', () => app.headgate.snapshot().draining)
  t.equal(app.headgate.ready(), false)
  keptAlive.write(get())
  await until('who comes is refused', () => keptAlive.count(503) === 1)
  finish?.()
  t.equal((await running).body, 'slow')
  t.equal((await waiting).body, 'quick')
  await closed
  t.equal(isIdle(app), true)
})

t.test('a response that never ends does not keep an app from closing', async (t) => {
  const app = fastify({ forceCloseConnections: true, pluginTimeout: 500 })
  await app.register(headgate)
  app.get('/', () => new Promise(() => {}))
  const port = await listen(app)
  const client = new RawSocket(port).write(get())
  await until('it runs', () => app.headgate.snapshot().inFlight === 1)
  await t.resolves(app.close())
  await until('its connection is closed', () => client.closed)
  await until('its permit is back', () => isIdle(app))
})

t.test('an admission that was handed in is not the app’s to close', async (t) => {
  const admission = createAdmission()
  t.teardown(() => admission.close())
  const app = fastify()
  await app.register(headgate, { admission })
  t.equal(app.headgate, admission)
  await app.close()
  t.equal(admission.ready(), true)
})

t.test('an app that was closed in overload, or never, lets the process go', async (t) => {
  const { execFileSync } = await import('node:child_process')
  const index = new URL('../src/index.js', import.meta.url)
  const script = `
    const { default: fastify } = await import(${JSON.stringify(import.meta.resolve('fastify'))})
    const { headgate } = await import(${JSON.stringify(index.href)})
    const open = fastify()
    await open.register(headgate)
    await open.ready()
    const app = fastify()
    await app.register(headgate, { limit: 1, queue: false })
    app.get('/', async () => 'served')
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { permit } = app.headgate.tryAcquire()
    await app.inject('/')
    if (!app.headgate.snapshot().overloaded) throw new Error('no overload')
    permit.release()
    await app.close()
    process.on('exit', () => process.stdout.write('left'))
  `
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 30_000,
  })
  t.equal(output.toString(), 'left')
})
