import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import {
  conform,
  type HostOptions,
  type HostUnderTest,
  look,
  type RunningHost,
  SELF_SIGNED,
  type Service,
} from '@headgate/conformance'
import fastify, { type FastifyInstance } from 'fastify'
import {
  type Admission,
  context,
  createAdmission,
  createServerFactory,
  headgate,
} from '../../src/index.ts'

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
  app.route({
    method: ['GET', 'POST'],
    url: '/handle',
    handler: async (request) => {
      await turn()
      return look(request.headgate, context())
    },
  })
  app.get('/watch', async (request) => {
    await service.watch(request.headgate?.signal)
    return 'stopped'
  })
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
  options: HostOptions & { admission: Admission },
): Promise<RunningHost> {
  const { admission } = options
  await app.register(headgate, options)
  addRoutes(app, service)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const close = (): Promise<void> => app.close()
  return { server: app.server, admission, close, drain: close, inject: (path) => app.inject(path) }
}

const plugin: HostUnderTest = {
  name: 'a plugin',
  isGuard: false,
  start: (service, options, host) =>
    run(fastify({ forceCloseConnections: true }), service, {
      ...host,
      admission: createAdmission(options),
    }),
  startHttp2: (service, options, host) =>
    run(fastify({ http2: true }) as never, service, {
      ...host,
      admission: createAdmission(options),
    }),
  startSecure: (service, options, host) =>
    run(fastify({ http2: true, https: SELF_SIGNED }) as never, service, {
      ...host,
      admission: createAdmission(options),
    }),
}

const guardAndPlugin: HostUnderTest = {
  name: 'a guard and a plugin',
  isGuard: true,
  start: (service, options, host) => {
    const admission = createAdmission(options)
    const serverFactory = createServerFactory({ ...host, admission })
    return run(fastify({ forceCloseConnections: true, serverFactory }), service, {
      ...host,
      admission,
    })
  },
  startHttp2: (service, options, host) => {
    const admission = createAdmission(options)
    const serverFactory = createServerFactory({ ...host, admission }) as never
    return run(fastify({ http2: true, serverFactory }) as never, service, { ...host, admission })
  },
  startSecure: (service, options, host) => {
    const admission = createAdmission(options)
    const serverFactory = createServerFactory({ ...host, admission }, SELF_SIGNED) as never
    return run(fastify({ http2: true, serverFactory }) as never, service, { ...host, admission })
  },
}

const guardAndRoutes: HostUnderTest = {
  name: 'a guard that leaves admission to the plugin',
  isGuard: false,
  start: (service, options, host) => {
    const admission = createAdmission(options)
    const serverFactory = createServerFactory({ ...host, admission, admit: 'route' })
    return run(fastify({ forceCloseConnections: true, serverFactory }), service, {
      ...host,
      admission,
    })
  },
}

for (const host of [plugin, guardAndPlugin, guardAndRoutes]) conform(host)
