import { createServer } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import { Readable } from 'node:stream'
import { conformSharing, listenHere, PLANNED_ANSWERS, type Service } from '@headgate/conformance'
import type Application from 'koa'
import { type Admission, admit, createAdmission, headgate } from '../../src/index.ts'
import { KOAS } from '../fixtures/koas.ts'
import { serve } from '../fixtures/service-routes.ts'

function servePlanned(service: Service): Application.Middleware {
  return async (ctx, next) => {
    const plan = PLANNED_ANSWERS[ctx.path]
    if (plan === undefined) return next()
    const { statusCode, headers, body } = await plan(service, ctx.headers)
    ctx.status = statusCode
    ctx.body = body
    // By itself, Koa 2 leaves a response open whose body broke in the middle.
    if (body instanceof Readable) body.on('error', () => ctx.res.destroy())
    ctx.set(headers)
  }
}

for (const [name, Koa] of Object.entries(KOAS)) {
  const createApp = (service: Service, gates: readonly Application.Middleware[]) => {
    const app = new Koa()
    app.silent = true
    let requests = 0
    app.use((ctx, next) => {
      requests += 1
      ctx.set('x-request', String(requests))
      return next()
    })
    for (const gate of gates) app.use(gate)
    app.use(servePlanned(service))
    app.use(serve(service))
    return app.callback()
  }
  const run = async (
    service: Service,
    admission: Admission,
    gates: readonly Application.Middleware[],
  ) => {
    const server = createServer(createApp(service, gates))
    return { server, admission, close: await listenHere(server) }
  }

  conformSharing({
    name: `${name}, the middleware`,
    hangsOnHead: name === 'Koa 2',
    start: (service, options, coalesce) => {
      const admission = createAdmission(options)
      return run(service, admission, [headgate({ admission, coalesce })])
    },
    startHttp2: async (service, options, coalesce) => {
      const admission = createAdmission(options)
      const gates = [headgate({ admission, coalesce })]
      const server = createHttp2Server(createApp(service, gates))
      return { server, admission, close: await listenHere(server) }
    },
  })

  conformSharing({
    name: `${name}, admit() behind a middleware that guards`,
    start: (service, options, coalesce) => {
      const admission = createAdmission(options)
      const gates = [headgate({ admission, admit: 'route' }), admit({ coalesce })]
      return run(service, admission, gates)
    },
  })
}
