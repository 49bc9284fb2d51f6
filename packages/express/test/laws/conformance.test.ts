import { createServer, type RequestListener } from 'node:http'
import { conform, listenHere, type RunningHost } from '@headgate/conformance'
import type { Application } from 'express'
import { type Admission, admit, createAdmission, headgate, wrap } from '../../src/index.ts'
import { EXPRESSES } from '../fixtures/expresses.ts'
import { addRoutes } from '../fixtures/service-routes.ts'

for (const [name, express] of Object.entries(EXPRESSES)) {
  const createApp = (): Application => {
    const app = express()
    // What the default error handler prints is not the test's.
    app.set('env', 'test')
    return app
  }
  const run = async (listener: RequestListener, admission: Admission): Promise<RunningHost> => {
    const server = createServer(listener)
    return { server, admission, close: await listenHere(server) }
  }

  conform({
    name: `${name}, the middleware`,
    isGuard: false,
    start: (service, options, host) => {
      const admission = createAdmission(options)
      const app = createApp()
      app.use(headgate({ ...host, admission }))
      addRoutes(app, service)
      return run(app, admission)
    },
  })

  conform({
    name: `${name}, admit() before the routes`,
    isGuard: false,
    start: (service, options, host) => {
      const admission = createAdmission(options)
      const app = createApp()
      app.use(headgate({ ...host, admission, admit: 'route' }))
      const router = express.Router()
      router.use(admit())
      addRoutes(router, service)
      app.use(router)
      return run(app, admission)
    },
  })

  conform({
    name: `${name}, wrapped, with the middleware`,
    isGuard: true,
    start: async (service, options, host) => {
      const admission = createAdmission(options)
      const app = createApp()
      app.use(headgate({ ...host, admission }))
      addRoutes(app, service)
      const running = await run(wrap(app, { ...host, admission }), admission)
      running.server.on(
        'checkContinue',
        wrap(
          (request, response) => {
            response.writeContinue()
            app(request, response)
          },
          { ...host, admission },
        ),
      )
      return running
    },
  })
}
