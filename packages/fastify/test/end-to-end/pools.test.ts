import { setTimeout as sleep } from 'node:timers/promises'
import { calm, portOf, until } from '@headgate/conformance'
import fastify, { type FastifyInstance } from 'fastify'
import t from 'tap'
import { type FastifyHeadgateOptions, headgate } from '../../src/index.ts'

const SEARCHES = 60
const ORDERS = 100

/** Searches that hang until they are told to end, and orders that take a moment, on a real server. */
async function create(
  t: { teardown(task: () => unknown): void },
  options: FastifyHeadgateOptions,
): Promise<{ app: FastifyInstance; pools: Set<string>; end: () => void }> {
  const app = fastify({ forceCloseConnections: true })
  await app.register(headgate, { limit: 10, queue: { maxWaitMs: 500 }, ...options })
  calm(app.headgate)
  const pools = new Set<string>()
  let end = (): void => {}
  const hanging = new Promise<void>((resolve) => {
    end = resolve
  })
  t.teardown(() => {
    end()
    return app.close()
  })
  const isPooled = options.pools !== undefined
  const config = { headgate: isPooled ? { pool: 'search' } : {} }
  app.get('/search', { config }, async () => {
    await hanging
    return 'found'
  })
  app.get('/order', async (request) => {
    pools.add(request.headgate?.pool ?? 'none')
    await sleep(1)
    return 'ordered'
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { app, pools, end }
}

/** How many of the orders are served while every search hangs. */
async function ordersServed(app: FastifyInstance): Promise<number> {
  const origin = `http://127.0.0.1:${portOf(app)}`
  const searches = Array.from({ length: SEARCHES }, () => fetch(`${origin}/search`))
  for (const search of searches) search.catch(() => {})
  await until('searches run', () => app.headgate.snapshot().inFlight > 0)
  let served = 0
  for (let done = 0; done < ORDERS; done += 5) {
    const answers = await Promise.all(Array.from({ length: 5 }, () => fetch(`${origin}/order`)))
    served += answers.filter(({ status }) => status === 200).length
    await Promise.all(answers.map((answer) => answer.text()))
    // Without pools each round waits for as long as anybody may.
    if (served === 0 && done >= 10) break
  }
  return served
}

t.test('a pool whose handlers hang does not hurt another', async (t) => {
  const { app, pools } = await create(t, { pools: { search: { maxRatio: 0.5 } } })
  t.equal(await ordersServed(app), ORDERS)
  const snapshot = app.headgate.snapshot()
  t.same([...pools], ['default'])
  t.match(snapshot.pools, { search: { inFlight: 5, most: 5 }, default: { inFlight: 0 } })
  t.match(snapshot.pools.default?.admitted, { important: ORDERS })
})

t.test('without pools it does', async (t) => {
  const { app } = await create(t, {})
  t.equal(await ordersServed(app), 0)
})

t.test('the function is asked where the route names none, and the route goes first', async (t) => {
  const app = fastify()
  t.teardown(() => app.close())
  await app.register(headgate, {
    pools: { search: {}, other: {} },
    pool: ({ headers }) => headers['x-pool']?.toString(),
  })
  app.get('/', async (request) => request.headgate?.pool)
  app.get('/search', { config: { headgate: { pool: 'search' } } }, async (request) => {
    return request.headgate?.pool
  })
  const ask = async (url: string, pool?: string): Promise<string> => {
    const headers = pool === undefined ? {} : { 'x-pool': pool }
    return (await app.inject({ url, headers })).body
  }
  t.equal(await ask('/'), 'default')
  t.equal(await ask('/', 'other'), 'other')
  t.equal(await ask('/search', 'other'), 'search')
  t.equal(app.headgate.snapshot().malformed, 0)
  t.equal(await ask('/', 'nonsense'), 'default')
  t.equal(app.headgate.snapshot().malformed, 1)
})

t.test('a route in a pool that does not exist is a mistake at start-up', async (t) => {
  for (const pools of [undefined, { search: {} }]) {
    const app = fastify()
    t.teardown(() => app.close())
    await app.register(headgate, { pools })
    const names = pools === undefined ? '"default"' : '"search", "default"'
    t.throws(() => app.get('/a', { config: { headgate: { pool: 'serach' } } }, async () => ''), {
      code: 'HG_ERR_OPTION',
      message: `config.headgate of GET /a: pool must be one of ${names}, got "serach"`,
    })
  }
})
