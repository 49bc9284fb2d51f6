import { calm, giveBack, until } from '@headgate/conformance'
import fastify, { type FastifyInstance } from 'fastify'
import t from 'tap'
import { type FastifyHeadgateOptions, headgate } from '../src/index.ts'

type Teardown = { teardown(task: () => unknown): void }

interface Service {
  readonly app: FastifyInstance
  /** Who is being served, in order. */
  readonly served: string[]
  /** Sends a request, and returns its answer's status and reason. */
  ask(tenant?: string, url?: string): Promise<string>
  /** Lets the handler that has run longest return. */
  finish(): void
}

/** A service with one permit, whose handlers end when they are told to. */
async function create(t: Teardown, options: FastifyHeadgateOptions = {}): Promise<Service> {
  const app = fastify({ forceCloseConnections: true })
  await app.register(headgate, {
    limit: 1,
    queue: { maxWaitMs: 60_000, maxQueued: 16, order: 'fifo' },
    tenant: (request) => request.headers['x-tenant']?.toString(),
    ...options,
  })
  calm(app.headgate)
  t.teardown(() => {
    giveBack(app.headgate)
    return app.close()
  })
  const running: (() => void)[] = []
  const served: string[] = []
  for (const url of ['/', '/dear']) {
    app.get(url, async (request) => {
      served.push(request.headgate?.tenant ?? url)
      await new Promise<void>((resolve) => running.push(resolve))
      return 'done'
    })
  }
  return {
    app,
    served,
    ask: async (tenant, url = '/') => {
      const headers = tenant === undefined ? {} : { 'x-tenant': tenant }
      const { statusCode, body } = await app.inject({ url, headers })
      return statusCode === 200 ? '200' : `${statusCode} ${JSON.parse(body).reason}`
    },
    finish: () => running.shift()?.(),
  }
}

/** Serves one after the other all that wait. */
async function serveAll({ app, served, finish }: Service, count: number): Promise<void> {
  for (let done = 1; done <= count; done += 1) {
    await until(`number ${done} is served`, () => served.length >= done)
    finish()
  }
  await until('nobody is left', () => app.headgate.snapshot().inFlight === 0)
}

async function isQueued({ app }: Service, count: number): Promise<void> {
  await until(`${count} wait`, () => app.headgate.snapshot().queued === count)
}

t.test('a tenant that sends much waits behind itself, not in front of others', async (t) => {
  const service = await create(t)
  const answers = [service.ask('loud')]
  await until('it runs', () => service.served.length === 1)
  for (let n = 0; n < 4; n += 1) answers.push(service.ask('loud'))
  await isQueued(service, 4)
  answers.push(service.ask('quiet'))
  await isQueued(service, 5)
  await serveAll(service, 6)
  t.same(await Promise.all(answers), Array(6).fill('200'))
  t.ok(service.served.indexOf('quiet') <= 2, service.served.join(' '))
})

t.test('one that fills the room is told 429, and there is a place for others', async (t) => {
  const service = await create(t)
  const answers = [service.ask('loud')]
  await until('it runs', () => service.served.length === 1)
  // A quarter of the room, and at least 8.
  for (let n = 0; n < 8; n += 1) answers.push(service.ask('loud'))
  await isQueued(service, 8)
  t.equal(await service.ask('loud'), '429 tenant-full')
  answers.push(service.ask('quiet'))
  await isQueued(service, 9)
  await serveAll(service, 10)
  t.same(await Promise.all(answers), Array(10).fill('200'))
})

t.test('where nobody is named, routes share, and nobody is told 429', async (t) => {
  const service = await create(t, { tenant: undefined })
  const answers = [service.ask(undefined, '/dear')]
  await until('it runs', () => service.served.length === 1)
  for (let n = 0; n < 15; n += 1) answers.push(service.ask(undefined, '/dear'))
  // Four fifths of the room are for the default tier.
  await isQueued(service, 13)
  answers.push(service.ask(undefined, '/'))
  await until('the other route waits as well', () => {
    const { queued, rejected } = service.app.headgate.snapshot()
    const refused = Object.values(rejected.important).reduce((sum, count) => sum + count, 0)
    return queued + refused === 16
  })
  const { queued } = service.app.headgate.snapshot()
  await serveAll(service, queued + 1)
  const statuses = await Promise.all(answers)
  t.equal(statuses.at(-1), '200', 'the cheap route found a place')
  t.same(
    [...new Set(statuses)].filter((status) => status.startsWith('429')),
    [],
  )
  t.ok(service.served.indexOf('/') <= 2, service.served.join(' '))
})

t.test('a weight is a share', async (t) => {
  const service = await create(t, {
    tenants: { weight: (tenant) => (tenant === 'gold' ? 3 : 1), chargeBy: 'cost' },
    queue: { maxWaitMs: 60_000, maxQueued: 64, order: 'fifo' },
  })
  const answers = [service.ask('other')]
  await until('it runs', () => service.served.length === 1)
  for (let n = 0; n < 12; n += 1) answers.push(service.ask('gold'), service.ask('iron'))
  await isQueued(service, 24)
  await serveAll(service, 25)
  await Promise.all(answers)
  const gold = service.served.slice(1, 13).filter((tenant) => tenant === 'gold').length
  t.ok(gold >= 8 && gold <= 10, `${gold} of the first 12: ${service.served.join(' ')}`)
})

t.test('a request may take several permits', async (t) => {
  const service = await create(t, {
    limit: 10,
    maxCost: 5,
    cost: (request) => (request.url === '/dear' ? 5 : undefined),
  })
  const answers = [service.ask(undefined, '/dear'), service.ask()]
  await until('both run', () => service.served.length === 2)
  t.equal(service.app.headgate.snapshot().inFlight, 6)
  service.finish()
  service.finish()
  t.same(await Promise.all(answers), ['200', '200'])
  await until('all permits are back', () => service.app.headgate.snapshot().inFlight === 0)
})

t.test('names of every kind leave no state behind', async (t) => {
  const names: unknown[] = [
    '',
    'x'.repeat(1e6),
    '__proto__',
    'constructor',
    5,
    null,
    {},
    Symbol('s'),
  ]
  let next: unknown
  const service = await create(t, { limit: 5, tenant: () => next as string })
  for (const name of names) {
    next = name
    const answer = service.ask()
    await until('it runs', () => service.app.headgate.snapshot().inFlight === 1)
    await until('its handler runs', () => service.served.length > 0)
    service.served.pop()
    service.finish()
    t.equal(await answer, '200', String(name).slice(0, 20))
    await until('the permit is back', () => service.app.headgate.snapshot().inFlight === 0)
  }
  t.equal(service.app.headgate.snapshot().malformed, 4, 'what is no string is no name')
})
