import { bePatient, get, portOf, RawSocket, until } from '@headgate/conformance'
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import t from 'tap'
import { createAdmission, createServerFactory, headgate } from '../../src/index.ts'

const LIMIT = 3
const CLIENTS = 20
const OPTIONS = { limit: LIMIT, queue: false } as const

t.setTimeout(60_000)

const WAYS: Readonly<Record<string, () => Promise<FastifyInstance>>> = {
  'a plugin': async () => {
    const app = fastify({ forceCloseConnections: true })
    await app.register(headgate, OPTIONS)
    return app
  },
  'a guard and a plugin': async () => {
    const admission = createAdmission(OPTIONS)
    const app = fastify({
      forceCloseConnections: true,
      serverFactory: createServerFactory({ admission }),
    })
    await app.register(headgate, { admission })
    return app
  },
}

const ENDS: Readonly<Record<string, (reply: FastifyReply) => unknown>> = {
  returns: () => 'done',
  throws: () => {
    throw new Error('too late')
  },
  sends: (reply) => reply.send('done'),
}

for (const [way, create] of Object.entries(WAYS)) {
  for (const [how, end] of Object.entries(ENDS)) {
    t.test(`behind ${way}, a handler keeps its permit until it ${how}`, async (t) => {
      const app = await create()
      t.teardown(() => app.close())
      const finish: (() => void)[] = []
      let running = 0
      let mostRunning = 0
      app.get('/', async (_request, reply) => {
        running += 1
        mostRunning = Math.max(mostRunning, running)
        await new Promise<void>((resolve) => finish.push(resolve))
        running -= 1
        return end(reply)
      })
      await app.listen({ port: 0, host: '127.0.0.1' })
      const { headgate: admission } = app
      bePatient(admission)
      for (let n = 0; n < CLIENTS; n += 1) {
        const client = new RawSocket(portOf(app)).write(get())
        if (n < LIMIT) await until('its handler runs', () => running === n + 1)
        else await until('it is refused', () => client.count(503) === 1)
        client.socket.destroy()
      }
      t.equal(mostRunning, LIMIT)
      await until('all three are abandoned', () => admission.snapshot().abandoned === LIMIT)
      for (const resolve of finish) resolve()
      await until('the permits are back', () => admission.snapshot().inFlight === 0)
      t.match(admission.snapshot(), { abandoned: 0, overdue: 0 })
    })
  }

  t.test(`behind ${way}, a handler that returns nothing then is given up in time`, async (t) => {
    // Fastify sends nothing for a client that has left, so nobody knows that the work is over.
    const app = await create()
    t.teardown(() => app.close())
    const finish: (() => void)[] = []
    app.get('/', () => new Promise<void>((resolve) => finish.push(resolve)))
    await app.listen({ port: 0, host: '127.0.0.1' })
    const client = new RawSocket(portOf(app)).write(get())
    await until('its handler runs', () => finish.length === 1)
    client.socket.destroy()
    await until('it is abandoned', () => app.headgate.snapshot().abandoned === 1)
    for (const resolve of finish) resolve()
    await until('the permit is back', () => app.headgate.snapshot().inFlight === 0)
    t.match(app.headgate.snapshot(), { abandoned: 0, overdue: 1 })
  })

  // A guard is not told of a hijacked reply: there only the head of the response says so.
  const heads = way === 'a plugin' ? [true, false] : [true]
  for (const hasHead of heads) {
    t.test(
      `behind ${way}, a hijacked reply ${hasHead ? 'with' : 'without'} a head gives its permit back with its client`,
      async (t) => {
        const app = await create()
        t.teardown(() => app.close())
        let hijacked = 0
        app.get('/', (_request, reply) => {
          reply.hijack()
          if (hasHead) reply.raw.write('part')
          hijacked += 1
        })
        await app.listen({ port: 0, host: '127.0.0.1' })
        const client = new RawSocket(portOf(app)).write(get())
        await until('it is hijacked', () => hijacked === 1)
        client.socket.destroy()
        await until('the permit is back', () => app.headgate.snapshot().inFlight === 0)
        t.match(app.headgate.snapshot(), { abandoned: 0, overdue: 0 })
      },
    )
  }
}
