import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { conform, type HostUnderTest, type RunningHost, type Service } from '@headgate/conformance'
import fastify, { type FastifyInstance } from 'fastify'
import { type Admission, createAdmission, createServerFactory, headgate } from '../../src/index.ts'

/** The routes of the suite, Fastify's way. */
function addRoutes(app: FastifyInstance, service: Service): void {
  app.route({ method: ['GET', 'POST'], url: '/ok', handler: async () => 'served' })
  app.get('/later', async () => {
    await service.work()
    return 'done'
  })
  app.get('/later-throws', async () => {
    await service.work()
    throw new Error('too late')
  })
  app.get('/gives-up', async (_request, reply) => {
    await service.work()
    return reply.raw.destroyed ? undefined : 'done'
  })
  app.get('/never', () => {
    service.begin()
    return new Promise(() => {})
  })
  app.get('/empty', (_request, reply) => reply.code(204).send())
  app.get('/unchanged', (_request, reply) => reply.code(304).send())
  app.get('/throws', () => {
    throw new Error('broken')
  })
  app.get('/rejects', async () => {
    await turn()
    throw new Error('broken')
  })
  const preHandler = async (): Promise<void> => {
    throw new Error('broken')
  }
  app.get('/broken-later', { preHandler }, async () => 'served')
  app.get('/stream', (_request, reply) => reply.send(Readable.from(parts())))
  app.get('/large', (_request, reply) => reply.send(Buffer.alloc(8 * 2 ** 20, 'x')))
  app.get('/livez', async () => 'alive')
  addHijackers(app, service)
}

async function* parts(): AsyncGenerator<string> {
  for (let left = 4; left > 0; left -= 1) {
    yield 'part'
    await turn()
  }
}

function addHijackers(app: FastifyInstance, service: Service): void {
  app.get('/hijack', (_request, reply) => {
    reply.hijack()
    reply.raw.end('raw')
  })
  app.get('/hijack-never', (_request, reply) => {
    reply.hijack()
    service.begin()
  })
  app.get('/destroy', (_request, reply) => {
    reply.hijack()
    reply.raw.destroy()
  })
  app.get('/events', (_request, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
    reply.raw.write('data: 1\n\n')
  })
}

async function run(
  app: FastifyInstance,
  service: Service,
  admission: Admission,
): Promise<RunningHost> {
  await app.register(headgate, { admission })
  addRoutes(app, service)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const close = (): Promise<void> => app.close()
  return { server: app.server, admission, close, inject: (path) => app.inject(path) }
}

const plugin: HostUnderTest = {
  name: 'a plugin',
  isGuard: false,
  start: (service, options) =>
    run(fastify({ forceCloseConnections: true }), service, createAdmission(options)),
  startHttp2: (service, options) =>
    run(fastify({ http2: true }) as never, service, createAdmission(options)),
}

const guardAndPlugin: HostUnderTest = {
  name: 'a guard and a plugin',
  isGuard: true,
  start: (service, options) => {
    const admission = createAdmission(options)
    const serverFactory = createServerFactory({ admission })
    return run(fastify({ forceCloseConnections: true, serverFactory }), service, admission)
  },
}

const guardAndRoutes: HostUnderTest = {
  name: 'a guard that leaves admission to the plugin',
  isGuard: false,
  start: (service, options) => {
    const admission = createAdmission(options)
    const serverFactory = createServerFactory({ admission, admit: 'route' })
    return run(fastify({ forceCloseConnections: true, serverFactory }), service, admission)
  },
}

for (const host of [plugin, guardAndPlugin, guardAndRoutes]) conform(host)
