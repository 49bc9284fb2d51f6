import { conformSharing, PLANNED_ANSWERS, type Service } from '@headgate/conformance'
import fastify, { type FastifyInstance } from 'fastify'
import {
  createAdmission,
  type FastifyHeadgateOptions,
  headgate,
  type RouteConfig,
} from '../../src/index.ts'
import { addRoutes } from '../fixtures/service-routes.ts'

function addPlanned(app: FastifyInstance, service: Service): void {
  for (const [url, plan] of Object.entries(PLANNED_ANSWERS)) {
    app.get(url, async (request, reply) => {
      const { statusCode, headers, body } = await plan(service, request.headers)
      return reply.code(statusCode).headers(headers).send(body)
    })
  }
}

const createApp = (): FastifyInstance => fastify({ forceCloseConnections: true })

interface Gated {
  readonly options: FastifyHeadgateOptions
  readonly config?: RouteConfig
  readonly app?: FastifyInstance
}

async function run(service: Service, { options, config, app = createApp() }: Gated) {
  const admission = options.admission ?? createAdmission()
  let requests = 0
  app.addHook('onRequest', async (_request, reply) => {
    requests += 1
    reply.header('x-request', String(requests))
  })
  if (config !== undefined) {
    app.addHook('onRoute', (route) => {
      route.config = { ...route.config, headgate: config }
    })
  }
  await app.register(headgate, options)
  addPlanned(app, service)
  addRoutes(app, service)
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { server: app.server, admission, close: (): Promise<void> => app.close() }
}

conformSharing({
  name: 'a plugin, for all routes',
  start: (service, options, coalesce) =>
    run(service, { options: { admission: createAdmission(options), coalesce } }),
  startHttp2: (service, options, coalesce) =>
    run(service, {
      options: { admission: createAdmission(options), coalesce },
      app: fastify({ http2: true }) as never,
    }),
})

conformSharing({
  name: 'a plugin, by the config of routes',
  start: (service, options, coalesce) =>
    run(service, { options: { admission: createAdmission(options) }, config: { coalesce } }),
})

conformSharing({
  name: 'a plugin that asks before the handler',
  start: (service, options, coalesce) =>
    run(service, {
      options: { admission: createAdmission(options), coalesce, hook: 'preHandler' },
    }),
})
