import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import {
  ask,
  bePatient,
  calm,
  get,
  giveBack,
  listening,
  occupy,
  RawSocket,
  until,
} from '@headgate/conformance'
import type Application from 'koa'
import t from 'tap'
import {
  createAdmission,
  type HeadgateMiddleware,
  headgate,
  InvalidOptionError,
  type KoaHeadgateOptions,
  wrap,
} from '../src/index.ts'
import { KOAS } from './fixtures/koas.ts'

const FULL = { limit: 1, queue: false } as const
/** Nobody is refused because the machine of the test is slow. */
const PATIENT = { queue: { maxWaitMs: 60_000, maxQueued: 1_000, order: 'fifo' } } as const

for (const [name, Koa] of Object.entries(KOAS)) {
  /** An app behind the gate, on a free port until the test is over. */
  const serve = async (
    t: { teardown(task: () => Promise<void>): void },
    options: KoaHeadgateOptions,
    handler: Application.Middleware = (ctx) => {
      ctx.body = `served ${ctx.headgate?.tier}`
    },
  ): Promise<{ port: number; gate: HeadgateMiddleware; unwound: string[] }> => {
    const app = new Koa()
    app.silent = true
    const gate = headgate(options)
    calm(gate.admission)
    const unwound: string[] = []
    app.use(async (ctx, next) => {
      try {
        await next()
      } finally {
        unwound.push(ctx.path)
      }
    })
    app.use(gate)
    app.use(handler)
    const port = await listening(t, createServer(app.callback()))
    t.teardown(async () => {
      giveBack(gate.admission)
      gate.admission.close()
    })
    return { port, gate, unwound }
  }

  t.test(`${name}: needs no options, and says how a request came in`, async (t) => {
    const { port, gate } = await serve(t, {}, (ctx) => {
      const { headgate } = ctx
      const waited = (headgate?.waitedMs ?? -1) >= 0
      ctx.body = { tier: headgate?.tier, waited, pressure: headgate?.pressure }
    })
    const { body } = await ask(port)
    const { pressure, ...handle } = JSON.parse(body)
    t.same(handle, { tier: 'important', waited: true })
    // A machine that is busy with other things has some.
    t.ok(pressure >= 0 && pressure < 1, `${pressure}`)
    await until('the permit is back', () => gate.admission.snapshot().inFlight === 0)
    t.equal(gate.admission.snapshot().admitted.important, 1)
  })

  t.test(`${name}: a refusal keeps the contract, with the headers set before it`, async (t) => {
    const app = new Koa()
    const gate = headgate(FULL)
    let unwound = 0
    app.on('error', () => t.fail('a refusal is no error'))
    app.use(async (ctx, next) => {
      ctx.set('access-control-allow-origin', 'https://shop.example')
      ctx.set('set-cookie', ['a=1', 'b=2'])
      await next()
      // As one does that tells how long an answer took.
      ctx.set('x-response-time', '1')
      unwound += 1
    })
    app.use(gate)
    app.use(() => t.fail('nothing behind the gate runs'))
    const port = await listening(t, createServer(app.callback()))
    occupy(gate.admission)
    const { statusCode, headers, body } = await ask(port)
    t.equal(statusCode, 503)
    t.match(headers, {
      'access-control-allow-origin': 'https://shop.example',
      'set-cookie': ['a=1', 'b=2'],
      'content-type': 'application/problem+json',
      'content-length': String(Buffer.byteLength(body)),
      'cache-control': 'no-store',
      'x-nack': '1',
      'x-overload': 'scope=instance',
    })
    t.match(headers['retry-after'], /^([1-9]|[12][0-9]|30)$/)
    t.match(JSON.parse(body), { status: 503, reason: 'full' })
    await until('what came before it unwinds', () => unwound === 1)
    gate.admission.close()
  })

  t.test(`${name}: functions are asked with ctx`, async (t) => {
    const { port, gate } = await serve(
      t,
      {
        ...PATIENT,
        limit: 10,
        tier: (ctx) => (ctx.get('x-vip') ? 'critical' : undefined),
        tenant: ({ query }) => query.tenant?.toString(),
        exempt: ({ path }) => path === '/ping',
        cost: ({ method }) => (method === 'POST' ? 2 : undefined),
      },
      (ctx) => {
        const { tier, tenant } = ctx.headgate ?? {}
        ctx.body = { isExempt: ctx.headgate === null, tier, tenant }
      },
    )
    const seen = async (path: string, headers = {}) =>
      JSON.parse((await ask(port, { path, headers })).body)
    t.same(await seen('/', { 'x-vip': '1' }), { isExempt: false, tier: 'critical' })
    t.match(await seen('/?tenant=acme'), { tier: 'important', tenant: 'acme' })
    t.same(await seen('/ping'), { isExempt: true })
    t.equal(gate.admission.snapshot().errors, 0)
  })

  t.test(`${name}: a function that throws is counted, and the default is used`, async (t) => {
    const { port, gate } = await serve(t, {
      tier: () => {
        throw new Error('broken')
      },
      tenant: (async () => 'late') as never,
    })
    t.equal((await ask(port)).body, 'served important')
    t.match(gate.admission.snapshot(), { errors: 2, malformed: 1 })
  })

  t.test(`${name}: your own answer goes out Koa's way; one that fails is replaced`, async (t) => {
    const { port, gate } = await serve(t, {
      ...FULL,
      onReject: async (ctx, response, { reason, retryAfterMs }) => {
        if (ctx.path === '/throws') throw new Error('broken')
        await new Promise(setImmediate)
        response.status = 429
        response.set('retry-after', '7')
        response.body = { reason, known: retryAfterMs > 0 }
      },
    })
    occupy(gate.admission)
    const own = await ask(port)
    t.match(own, { statusCode: 429, headers: { 'retry-after': '7' } })
    t.same(JSON.parse(own.body), { reason: 'full', known: true })
    t.match(await ask(port, { path: '/throws' }), {
      statusCode: 503,
      headers: { 'x-nack': '1' },
    })
    t.equal(gate.admission.snapshot().errors, 1)
  })

  t.test(`${name}: a client that leaves while it waits lets the rest unwind`, async (t) => {
    const { port, gate, unwound } = await serve(t, { ...PATIENT, limit: 1 }, () =>
      t.fail('its handler runs'),
    )
    occupy(gate.admission)
    const client = new RawSocket(port).write(get('/waits'))
    await until('it waits', () => gate.admission.snapshot().queued === 1)
    client.socket.destroy()
    await until('what came before has unwound', () => unwound.length === 1)
    t.equal(gate.admission.snapshot().queued, 0)
  })

  t.test(`${name}: the end of the middleware is the end of the work`, async (t) => {
    const finish: (() => void)[] = []
    const { port, gate } = await serve(t, { ...FULL, limit: 3 }, async (ctx) => {
      await new Promise<void>((resolve) => finish.push(resolve))
      // As handlers do that look at their client: no answer, and so no other sign of their end.
      if (ctx.req.destroyed) throw new Error('too late')
      ctx.body = 'done'
    })
    bePatient(gate.admission)
    for (let n = 0; n < 10; n += 1) {
      const client = new RawSocket(port).write(get())
      if (n < 3) await until('its handler runs', () => finish.length === n + 1)
      else await until('it is refused', () => client.count(503) === 1)
      client.socket.destroy()
    }
    t.equal(finish.length, 3)
    await until('all three are abandoned', () => gate.admission.snapshot().abandoned === 3)
    for (const end of finish) end()
    await until('the permits are back', () => gate.admission.snapshot().inFlight === 0)
    t.match(gate.admission.snapshot(), { abandoned: 0, overdue: 0 })
  })

  t.test(
    `${name}: an error behind the gate is Koa's, and its status is what is learnt`,
    async (t) => {
      const samples: boolean[] = []
      const limit = {
        current: 50,
        onSample: ({ overloaded }: { readonly overloaded: boolean }) => samples.push(overloaded),
        snapshot: () => ({}),
      }
      const { port, gate } = await serve(t, { limit }, (ctx) => {
        if (ctx.path === '/busy') throw Object.assign(new Error('busy'), { status: 503 })
        if (ctx.path === '/broken') throw new Error('broken')
        if (ctx.path === '/null') throw null
        ctx.body = 'served'
      })
      for (const [path, statusCode, expected] of [
        ['/', 200, [false]],
        ['/busy', 503, [true]],
        ['/broken', 500, []],
      ] as const) {
        samples.length = 0
        t.equal((await ask(port, { path })).statusCode, statusCode)
        await until('the permit is back', () => gate.admission.snapshot().inFlight === 0)
        t.same(samples, expected, path)
      }
    },
  )

  t.test(`${name}: behind a guard on the same admission it counts nothing again`, async (t) => {
    const admission = calm(createAdmission(PATIENT))
    const app = new Koa()
    app.use(headgate({ admission }))
    app.use((ctx) => {
      ctx.body = `served ${ctx.headgate?.tier}`
    })
    const guarded = wrap(app.callback(), { admission, tier: () => 'critical' })
    const port = await listening(t, createServer(guarded))
    t.equal((await ask(port)).body, 'served critical')
    await until('the permit is back', () => admission.snapshot().inFlight === 0)
    t.match(admission.snapshot().admitted, { critical: 1, important: 0 })
    admission.close()
  })
}

t.test('names the wrong option at once', async (t) => {
  for (const [options, option] of [
    [{ limits: 5 }, 'options'],
    [{ tier: 'critical' }, 'tier'],
    [{ admit: 'none' }, 'admit'],
    [{ onReject: true }, 'onReject'],
  ] as const) {
    try {
      headgate(options as never)
      t.fail(`accepted ${option}`)
    } catch (error) {
      t.type(error, InvalidOptionError)
      t.match(error, { code: 'HG_ERR_OPTION', option })
    }
  }
})

t.test('is found by require as by import', async (t) => {
  const required = createRequire(import.meta.url)('@headgate/koa')
  const imported = await import('@headgate/koa')
  t.equal(required.headgate, imported.headgate)
  t.equal(required.wrap, imported.wrap)
  t.type(required.headgate(), 'function')
})

for (const [name, Koa] of Object.entries(KOAS)) {
  t.test(`${name}: answers probes for the app, where it is told to`, async (t) => {
    const gate = headgate({ answerProbes: true })
    t.teardown(() => gate.admission.close())
    const app = new Koa().use(gate)
    const port = await listening(t, createServer(app.callback()))
    t.match(await ask(port, { path: '/readyz' }), { statusCode: 200, body: '{"state":"ready"}' })
    gate.admission.leave()
    t.equal((await ask(port, { path: '/readyz' })).statusCode, 503)
  })
}
