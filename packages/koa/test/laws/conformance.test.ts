import { createServer, type RequestListener } from 'node:http'
import {
  createServer as createHttp2Server,
  createSecureServer,
  type Http2SecureServer,
  type Http2Server,
} from 'node:http2'
import { conform, listenHere, SELF_SIGNED, type Service } from '@headgate/conformance'
import type Application from 'koa'
import {
  type Admission,
  admit,
  createAdmission,
  drainOnSignal,
  headgate,
  wrap,
} from '../../src/index.ts'
import { KOAS } from '../fixtures/koas.ts'
import { serve } from '../fixtures/service-routes.ts'

for (const [name, Koa] of Object.entries(KOAS)) {
  const createApp = (service: Service, ...gates: readonly Application.Middleware[]) => {
    const app = new Koa()
    app.silent = true
    for (const gate of gates) app.use(gate)
    app.use(async (ctx, next) => {
      await next()
      if (ctx.path === '/broken-later') throw new Error('broken')
    })
    app.use(serve(service))
    return app.callback()
  }
  const run = async (listener: RequestListener, admission: Admission) => {
    const server = createServer(listener)
    return { server, admission, close: await listenHere(server) }
  }

  const runHttp2 = async (server: Http2Server | Http2SecureServer, admission: Admission) => {
    const { start, stop } = drainOnSignal(server, admission, {
      drainDelayMs: 0,
      lastCallMs: 60_000,
    })
    const end = await listenHere(server)
    const close = async (): Promise<void> => {
      stop()
      await end()
    }
    return { server, admission, drain: start, close }
  }

  conform({
    name: `${name}, the middleware`,
    isGuard: false,
    hangsOnHead: name === 'Koa 2',
    start: (service, options, host) => {
      const admission = createAdmission(options)
      return run(createApp(service, headgate({ ...host, admission })), admission)
    },
    startHttp2: async (service, options, host) => {
      const admission = createAdmission(options)
      const server = createHttp2Server(createApp(service, headgate({ ...host, admission })))
      return await runHttp2(server, admission)
    },
    startSecure: async (service, options, host) => {
      const admission = createAdmission(options)
      const app = createApp(service, headgate({ ...host, admission }))
      return await runHttp2(createSecureServer(SELF_SIGNED, app), admission)
    },
  })

  conform({
    name: `${name}, admit() behind a middleware that guards`,
    isGuard: false,
    start: (service, options, host) => {
      const admission = createAdmission(options)
      return run(
        createApp(service, headgate({ ...host, admission, admit: 'route' }), admit()),
        admission,
      )
    },
  })

  conform({
    name: `${name}, wrapped, with the middleware`,
    isGuard: true,
    start: async (service, options, host) => {
      const admission = createAdmission(options)
      const listener = createApp(service, headgate({ ...host, admission }))
      const running = await run(wrap(listener, { ...host, admission }), admission)
      running.server.on(
        'checkContinue',
        wrap(
          (request, response) => {
            response.writeContinue()
            return listener(request, response)
          },
          { ...host, admission },
        ),
      )
      return running
    },
  })
}
