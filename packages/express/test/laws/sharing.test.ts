import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { conformSharing, listenHere, PLANNED_ANSWERS, type Service } from '@headgate/conformance'
import type { Application, RequestHandler, Response } from 'express'
import { admit, createAdmission, headgate } from '../../src/index.ts'
import { EXPRESSES } from '../fixtures/expresses.ts'
import { addRoutes } from '../fixtures/service-routes.ts'

/** Sent as an Express app sends: what is no stream goes through `send`. */
function servePlanned(service: Service): RequestHandler {
  return (request, response, next) => {
    const plan = PLANNED_ANSWERS[request.baseUrl + request.path]
    if (plan === undefined) {
      next()
      return
    }
    plan(service, request.headers).then(({ statusCode, headers, body }) => {
      response.status(statusCode).set(headers)
      if (body instanceof Readable) pipe(body, response)
      else response.send(body)
    }, next)
  }
}

function pipe(body: Readable, response: Response): void {
  body.on('error', () => response.destroy())
  body.pipe(response)
}

for (const [name, express] of Object.entries(EXPRESSES)) {
  const createApp = (): Application => {
    const app = express()
    app.set('env', 'test')
    let requests = 0
    app.use((_request, response, next) => {
      requests += 1
      response.set('x-request', String(requests))
      next()
    })
    return app
  }

  conformSharing({
    name: `${name}, the middleware`,
    start: async (service, options, coalesce) => {
      const admission = createAdmission(options)
      const app = createApp()
      app.use(headgate({ admission, coalesce }), servePlanned(service))
      addRoutes(app, service)
      const server = createServer(app)
      return { server, admission, close: await listenHere(server) }
    },
  })

  conformSharing({
    name: `${name}, admit() before routes that are mounted`,
    start: async (service, options, coalesce) => {
      const admission = createAdmission(options)
      const app = createApp()
      app.use(headgate({ admission, admit: 'route' }))
      app.use('/shared', admit({ coalesce }), servePlanned(service))
      const router = express.Router()
      router.use(admit({ coalesce }))
      addRoutes(router, service)
      app.use(router)
      const server = createServer(app)
      return { server, admission, close: await listenHere(server) }
    },
  })
}
