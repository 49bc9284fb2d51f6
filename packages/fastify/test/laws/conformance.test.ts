import {
  conform,
  type HostOptions,
  type HostUnderTest,
  type RunningHost,
  SELF_SIGNED,
  type Service,
} from '@headgate/conformance'
import fastify, { type FastifyInstance } from 'fastify'
import { type Admission, createAdmission, createServerFactory, headgate } from '../../src/index.ts'
import { addRoutes } from '../fixtures/service-routes.ts'

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
