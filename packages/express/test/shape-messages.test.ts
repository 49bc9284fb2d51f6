import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { ask, listenHere, portOf, until } from '@headgate/conformance'
import express, { type Express, type Request, Router } from 'express'
import express4 from 'express4'
import t, { type Test } from 'tap'
import { headgate, wrap } from '../src/index.ts'
import { type ShapedApp, shapeMessages } from '../src/shape-messages.ts'

const PATIENT = { queue: { maxWaitMs: 60_000 } }

setFlagsFromString('--allow-natives-syntax')
const haveSameMap = new Function('a', 'b', 'return %HaveSameMap(a, b)') as (
  a: object,
  b: object,
) => boolean
setFlagsFromString('--no-allow-natives-syntax')

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown

async function serve(t: Test, listener: Listener): Promise<number> {
  const server = createServer(listener)
  t.teardown(await listenHere(server))
  return portOf({ server })
}

/** What comes first is looked at, and V8 learns from it. */
const WARM_UP = 4

/** Whether two requests, and two responses, have one shape where their handlers begin. */
async function shapesOf(t: Test, app: Express, listener: Listener = app): Promise<boolean[]> {
  const seen: [Request, express.Response][] = []
  const same: boolean[] = []
  app.get('/', (request, response) => {
    seen.push([request, response])
    if (seen.length <= WARM_UP) response.end()
    const [other, one] = seen.slice(WARM_UP)
    if (one === undefined || other === undefined) return
    // At the end Node gives more to each.
    same.push(haveSameMap(one[0], other[0]), haveSameMap(one[1], other[1]))
    for (const [, each] of seen) each.end()
  })
  const port = await serve(t, listener)
  for (let each = 0; each < WARM_UP; each += 1) await ask(port)
  await Promise.all([ask(port), ask(port)])
  return same
}

const losesShapes = Number.parseInt(process.versions.v8, 10) < 13

const VERSIONS = [
  ['Express 5', express],
  ['Express 4', express4],
] as const

for (const [name, create] of VERSIONS) {
  t.test(
    `${name}: messages keep one shape behind the middleware and behind the guard`,
    async (t) => {
      t.strictSame(await shapesOf(t, create().use(headgate(PATIENT))), [true, true])
      const app = create()
      t.strictSame(await shapesOf(t, app, wrap(app, PATIENT)), [true, true])
    },
  )

  t.test(`${name}: without either they do where V8 knows how`, async (t) => {
    t.strictSame(await shapesOf(t, create()), [!losesShapes, !losesShapes])
  })
}

/** What requests are answered with, and whether the last two have one shape when all is over. */
async function keepShapes(t: Test, app: Express): Promise<unknown[]> {
  const seen: IncomingMessage[] = []
  const port = await serve(t, (request, response) => {
    seen.push(request)
    app(request as Request, response as express.Response)
  })
  const statuses = new Set<number>()
  for (let each = 0; each < WARM_UP + 2; each += 1) statuses.add((await ask(port)).statusCode)
  await until('they are closed', () => seen.every(({ closed }) => closed))
  const [one, other] = seen.slice(-2) as [IncomingMessage, IncomingMessage]
  return [...statuses, haveSameMap(one, other)]
}

for (const [name, create] of VERSIONS) {
  t.test(`${name}: a request keeps its shape to the end, served or refused`, async (t) => {
    const served = create().use(headgate(PATIENT))
    served.get('/', (_request, response) => void response.end())
    t.strictSame(await keepShapes(t, served), [200, true])
    const gate = headgate({ limit: 1, queue: false })
    gate.admission.tryAcquire()
    t.strictSame(await keepShapes(t, create().use(gate)), [503, true])
  })
}

/** What an app says of a request in each of its parts. */
function tellingApp(create: typeof express): Express {
  const tell = ({ baseUrl, originalUrl, url, params, route, res, next }: Request): unknown[] => [
    baseUrl,
    originalUrl,
    url,
    { ...params },
    (route as { path?: unknown } | undefined)?.path,
    res?.statusCode,
    res?.locals.told !== undefined,
    typeof next,
  ]
  const told = (request: Request): unknown[][] => {
    const { locals } = request.res as express.Response
    locals.told ??= []
    return locals.told as unknown[][]
  }
  const below = create().use((request, _response, next) => {
    told(request).push(tell(request))
    next()
  })
  const app = create().use((request, _response, next) => {
    told(request).push(tell(request))
    next()
  })
  app.use('/a/:name', below, Router({ mergeParams: true }))
  app.get('/a/b/:id', (request, response) => {
    told(request).push(tell(request))
    response.status(201).send(JSON.stringify(told(request)))
  })
  return app
}

for (const [name, create] of VERSIONS) {
  t.test(`${name}: every part of an app sees what it would have seen`, async (t) => {
    const shapedApp = tellingApp(create)
    // Everywhere: what it does where it is not needed must do no harm either.
    shapeMessages(shapedApp as ShapedApp, true)
    shapeMessages(shapedApp as ShapedApp, true)
    const outer = (app: Express): Listener => {
      return (request, response) => {
        // As an app of another kind does, that has this one below a path.
        const { url } = request
        Object.assign(request, { originalUrl: `/outer${url}`, baseUrl: '/outer' })
        response.statusCode = 202
        app(request as Request, response as express.Response)
      }
    }
    for (const listenerOf of [(app: Express): Listener => app, outer]) {
      const bare = await ask(await serve(t, listenerOf(tellingApp(create))), { path: '/a/b/c?d=e' })
      const shaped = await ask(await serve(t, listenerOf(shapedApp)), { path: '/a/b/c?d=e' })
      t.equal(bare.statusCode, 201)
      t.equal(JSON.parse(bare.body).length, 3)
      t.equal(shaped.statusCode, 201)
      t.equal(shaped.body, bare.body)
    }
  })
}

for (const [name, create] of VERSIONS) {
  t.test(
    `${name}: a query that a middleware makes the request's own is no property of all`,
    async (t) => {
      const app = create()
      // How a query is made writable that is a getter in Express 5.
      app.use((request, _response, next) => {
        const { query: value } = request
        Object.defineProperty(request, 'query', { value, writable: true, configurable: true })
        next()
      })
      app.get('/', (request, response) => void response.send(String(request.query.of)))
      shapeMessages(app as ShapedApp, true)
      const port = await serve(t, app)
      for (const of of ['a', 'b', 'c']) {
        t.equal((await ask(port, { path: `/?of=${of}` })).body, of)
      }
    },
  )
}

t.test('what is no app is left as it is', async (t) => {
  const listener = Object.assign(() => {}, { handle: 'not a function' })
  shapeMessages(listener as unknown as ShapedApp, true)
  t.equal(listener.handle, 'not a function')
})
