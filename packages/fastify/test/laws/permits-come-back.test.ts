import { Readable } from 'node:stream'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import {
  ask,
  calm,
  get,
  keepWarnings,
  leavingClients,
  portOf,
  RawSocket,
  seededRandom,
  until,
} from '@headgate/conformance'
import fastify, { type FastifyInstance } from 'fastify'
import t from 'tap'
import { type Admission, createAdmission, createServerFactory, headgate } from '../../src/index.ts'

/** For each of three ways to put the gate, ten thousand in all. */
const ABORTS = 3_400
const MAX_ROUNDS = 50
const LIMIT = 6
const seed = Number(process.env.HEADGATE_SEED ?? Math.floor(Math.random() * 1e9))

t.setTimeout(120_000)

const OPTIONS = { limit: LIMIT, queue: { maxWaitMs: 20, maxQueued: 12 } } as const

const WAYS: Readonly<Record<string, () => Promise<FastifyInstance>>> = {
  'a plugin': async () => {
    const app = fastify({ forceCloseConnections: true })
    await app.register(headgate, OPTIONS)
    return app
  },
  'a plugin behind slow authentication, at preHandler': async () => {
    const app = fastify({ forceCloseConnections: true })
    app.addHook('onRequest', async () => {
      for (let left = Math.random() * 8; left > 0; left -= 1) await turn()
    })
    await app.register(headgate, { ...OPTIONS, hook: 'preHandler' })
    return app
  },
  'a guard and a plugin': async () => {
    const admission = createAdmission(OPTIONS)
    const serverFactory = createServerFactory({ admission })
    const app = fastify({ forceCloseConnections: true, serverFactory })
    await app.register(headgate, { admission })
    return app
  },
}

/** Whether clients have come to work and to the waiting room. Few at a time: abandoned work keeps permits. */
function isSeen(admission: Admission): boolean {
  const { admitted, rejected } = admission.snapshot()
  return admitted.important > 20 && (rejected.important.cancelled ?? 0) > 0
}

/** Every way in which a handler can end, or not. Returns the paths. */
function addRoutes(app: FastifyInstance): readonly string[] {
  app.route({ method: ['GET', 'POST'], url: '/sync', handler: (_request, reply) => reply.send('') })
  app.route({
    method: ['GET', 'POST'],
    url: '/turns',
    handler: async () => {
      for (let left = 0; left < 5; left += 1) await turn()
      return 'done'
    },
  })
  app.get('/slow', async () => {
    await sleep(5)
    return 'done'
  })
  app.get('/stream', (_request, reply) => reply.send(Readable.from(['a', 'b', 'c', 'd'])))
  app.get('/large', (_request, reply) => reply.send(Buffer.alloc(200_000, 'x')))
  app.get('/never', () => new Promise(() => {}))
  app.get('/throws', () => {
    throw Object.assign(new Error('refused by the handler'), { statusCode: 400 })
  })
  app.get('/hijack', (_request, reply) => {
    reply.hijack()
    reply.raw.write('part')
    setImmediate(() => reply.raw.end())
  })
  app.get('/hijack-never', (_request, reply) => {
    reply.hijack()
  })
  app.get('/destroy', (_request, reply) => {
    reply.hijack()
    reply.raw.destroy()
  })
  app.get('/livez', async () => {
    await turn()
    return 'alive'
  })
  return [
    ...['/sync', '/turns', '/slow', '/stream', '/large', '/never', '/throws', '/hijack'],
    ...['/hijack-never', '/destroy', '/livez', '/nowhere'],
  ]
}

for (const [way, create] of Object.entries(WAYS)) {
  t.test(
    `${way} gets every permit back from ${ABORTS} abandoned requests, seed ${seed}`,
    async (t) => {
      const warnings = keepWarnings(t)
      const app = await create()
      t.teardown(() => app.close())
      const admission = app.headgate
      const paths = addRoutes(app)
      const finish: (() => void)[] = []
      app.get('/readyz', async () => {
        await new Promise<void>((resolve) => finish.push(resolve))
        return 'ready'
      })
      let mostListeners = 0
      app.server.on('request', ({ socket }) => {
        mostListeners = Math.max(mostListeners, socket.listenerCount('close'))
      })
      await app.listen({ port: 0, host: '127.0.0.1' })
      const port = portOf(app)

      calm(admission)
      const random = seededRandom(seed)
      let answered = 0
      // Clients have to get everywhere, or this proves nothing; how many do depends on the machine.
      for (let round = 0; round < MAX_ROUNDS && !(answered > 0 && isSeen(admission)); round += 1) {
        const aborts = round === 0 ? ABORTS : 100
        const options = { server: app.server, random, aborts, concurrency: 40, paths }
        const report = await leavingClients(options)
        t.comment(JSON.stringify(report))
        answered += report.answered
      }
      await until('no permit is in use, and nobody waits', () => {
        const { inFlight, queued } = admission.snapshot()
        return inFlight + queued === 0
      })
      const { admitted, rejected } = admission.snapshot()
      const counts = JSON.stringify({ admitted: admitted.important, ...rejected.important })
      t.ok(isSeen(admission), `clients were admitted, and left while they waited: ${counts}`)
      t.ok(answered > 0, `${answered} were answered`)
      t.ok(mostListeners <= 5, `${mostListeners} listeners on a socket`)
      t.same(warnings, [])

      // All 64 places of exempt requests are free as well, while nothing else is.
      const taken = Array.from({ length: LIMIT }, () => admission.tryAcquire({ tier: 'critical' }))
      const probes = Array.from({ length: 64 }, () => new RawSocket(port).write(get('/readyz')))
      await until('64 probes are let in', () => finish.length === 64)
      for (const end of finish) end()
      await until('they are answered', () => probes.every((probe) => probe.count(200) === 1))
      for (const { socket } of probes) socket.destroy()
      for (const decision of taken) if (decision.admitted) decision.permit.release('ignore')
      t.equal((await ask(port, { path: '/turns' })).body, 'done')
    },
  )
}
