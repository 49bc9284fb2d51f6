import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import {
  ask,
  calm,
  get,
  giveBack,
  listening,
  occupy,
  RawSocket,
  until,
} from '@headgate/conformance'
import type { Application, ErrorRequestHandler } from 'express'
import t from 'tap'
import {
  createAdmission,
  type ExpressHeadgateOptions,
  type HeadgateMiddleware,
  headgate,
  InvalidOptionError,
  wrap,
} from '../src/index.ts'
import { EXPRESSES } from './fixtures/expresses.ts'

const FULL = { limit: 1, queue: false } as const
/** Nobody is refused because the machine of the test is slow. */
const PATIENT = { queue: { maxWaitMs: 60_000, maxQueued: 1_000, order: 'fifo' } } as const

for (const [name, express] of Object.entries(EXPRESSES)) {
  /** An app behind the gate, on a free port until the test is over. */
  const serve = async (
    t: { teardown(task: () => Promise<void>): void },
    options: ExpressHeadgateOptions,
    addRoutes: (app: Application) => unknown,
  ): Promise<{ port: number; gate: HeadgateMiddleware }> => {
    const app = express()
    // What the default error handler prints is not the test's.
    app.set('env', 'test')
    const gate = headgate(options)
    calm(gate.admission)
    app.use(gate)
    addRoutes(app)
    app.get('/', (request, response) => {
      response.send(`served ${request.headgate?.tier}`)
    })
    const port = await listening(t, createServer(app))
    t.teardown(async () => {
      giveBack(gate.admission)
      gate.admission.close()
    })
    return { port, gate }
  }

  t.test(`${name}: needs no options, and says how a request came in`, async (t) => {
    const { port, gate } = await serve(t, {}, (app) =>
      app.get('/handle', ({ headgate }, response) => {
        const waited = (headgate?.waitedMs ?? -1) >= 0
        response.json({ tier: headgate?.tier, waited, pressure: headgate?.pressure, headgate })
      }),
    )
    const { body } = await ask(port, { path: '/handle' })
    const headgate = { tier: 'important', pool: 'default', attempt: 1 }
    t.match(JSON.parse(body), { tier: 'important', waited: true, pressure: 0, headgate })
    await until('the permit is back', () => gate.admission.snapshot().inFlight === 0)
    t.equal(gate.admission.snapshot().admitted.important, 1)
  })

  t.test(`${name}: a refusal keeps the contract, with the headers set before it`, async (t) => {
    const app = express()
    const gate = headgate(FULL)
    app.use((_request, response, next) => {
      response.setHeader('access-control-allow-origin', 'https://shop.example')
      response.append('set-cookie', 'a=1').append('set-cookie', 'b=2')
      next()
    })
    app.use(gate, () => t.fail('nothing behind the gate runs'))
    app.use(((_error, _request, _response, _next) =>
      t.fail('a refusal is no error')) as ErrorRequestHandler)
    const port = await listening(t, createServer(app))
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
    gate.admission.close()
  })

  t.test(`${name}: functions are asked with Express's request`, async (t) => {
    const { port, gate } = await serve(
      t,
      {
        ...PATIENT,
        limit: 10,
        tier: (request) => (request.get('x-vip') ? 'critical' : undefined),
        tenant: (request) => request.query.tenant?.toString(),
        exempt: (request) => request.path === '/ping',
        cost: (request) => (request.method === 'POST' ? 2 : undefined),
      },
      (app) => {
        app.get('/who', ({ headgate }, response) => void response.send(headgate?.tenant))
        app.get('/ping', ({ headgate }, response) => void response.json({ headgate }))
      },
    )
    t.equal((await ask(port, { headers: { 'x-vip': '1' } })).body, 'served critical')
    t.equal((await ask(port, { path: '/who?tenant=acme' })).body, 'acme')
    t.same(JSON.parse((await ask(port, { path: '/ping' })).body), { headgate: null })
    t.equal(gate.admission.snapshot().errors, 0)
  })

  t.test(`${name}: a function that throws is counted, and the default is used`, async (t) => {
    const { port, gate } = await serve(
      t,
      {
        tier: () => {
          throw new Error('broken')
        },
        tenant: (async () => 'late') as never,
      },
      () => {},
    )
    t.equal((await ask(port)).body, 'served important')
    t.match(gate.admission.snapshot(), { errors: 2, malformed: 1 })
  })

  t.test(`${name}: your own answer goes out as it is; one that fails is replaced`, async (t) => {
    const { port, gate } = await serve(
      t,
      {
        ...FULL,
        onReject: (request, response, { reason, retryAfterMs }) => {
          if (request.path === '/throws') throw new Error('broken')
          if (request.path === '/rejects') return Promise.reject(new Error('broken'))
          return response
            .status(429)
            .set('retry-after', '7')
            .json({ reason, known: retryAfterMs > 0 })
        },
      },
      () => {},
    )
    occupy(gate.admission)
    const own = await ask(port)
    t.match(own, { statusCode: 429, headers: { 'retry-after': '7' } })
    t.same(JSON.parse(own.body), { reason: 'full', known: true })
    for (const path of ['/throws', '/rejects']) {
      t.match(await ask(port, { path }), { statusCode: 503, headers: { 'x-nack': '1' } })
    }
    t.equal(gate.admission.snapshot().errors, 2)
  })

  t.test(`${name}: a handler keeps its permit until it ends its response`, async (t) => {
    const finish: (() => void)[] = []
    const { port, gate } = await serve(t, { ...FULL, limit: 3 }, (app) =>
      app.get('/slow', async (_request, response) => {
        await new Promise<void>((resolve) => finish.push(resolve))
        response.send('done')
      }),
    )
    for (let n = 0; n < 10; n += 1) {
      const client = new RawSocket(port).write(get('/slow'))
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

  t.test(`${name}: behind a guard on the same admission it counts nothing again`, async (t) => {
    const admission = createAdmission(PATIENT)
    const app = express()
    app.use(headgate({ admission }))
    app.get('/', ({ headgate }, response) => void response.send(`served ${headgate?.tier}`))
    const port = await listening(t, createServer(wrap(app, { admission, tier: () => 'critical' })))
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
    // Express speaks no HTTP/2.
    [{ refuseStreams: true }, 'options'],
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

t.test('wraps nothing but an app', async (t) => {
  for (const app of [undefined, null, {}, 'app']) {
    t.throws(() => wrap(app as never), { code: 'HG_ERR_OPTION', option: 'listener' })
  }
})

t.test('is found by require as by import', async (t) => {
  const required = createRequire(import.meta.url)('@headgate/express')
  const imported = await import('@headgate/express')
  t.equal(required.headgate, imported.headgate)
  t.equal(required.wrap, imported.wrap)
  t.type(required.headgate(), 'function')
})

for (const [name, express] of Object.entries(EXPRESSES)) {
  t.test(`${name}: answers probes for the app, where it is told to`, async (t) => {
    const gate = headgate({ answerProbes: true })
    t.teardown(() => gate.admission.close())
    const port = await listening(t, createServer(express().use(gate)))
    t.match(await ask(port, { path: '/readyz' }), { statusCode: 200, body: '{"state":"ready"}' })
    gate.admission.leave()
    t.equal((await ask(port, { path: '/readyz' })).statusCode, 503)
  })
}
