import type { ServerResponse } from 'node:http'
import type { Contestant } from './contestant.ts'

/** A fixed number of requests in flight, the rest refused: the guard most services write themselves. */
export const staticLimit: Contestant = {
  name: 'static',
  about: 'a fixed limit of requests in flight, at its best value of a sweep',
  fastify: async (parameter) => {
    const counter = createCounter(parameter)
    return {
      refuseAll: counter.refuseAll,
      register: async (app) => {
        app.addHook('onRequest', (_, reply, done) => {
          if (counter.tryEnter(reply.raw)) done()
          else reply.code(503).header('retry-after', '1').send(FULL)
        })
      },
    }
  },
  express: async (parameter) => {
    const counter = createCounter(parameter)
    return {
      refuseAll: counter.refuseAll,
      middleware: (_, response, next) => {
        if (counter.tryEnter(response)) next()
        else response.status(503).set('retry-after', '1').send(FULL)
      },
    }
  },
  koa: async (parameter) => {
    const counter = createCounter(parameter)
    return {
      refuseAll: counter.refuseAll,
      middleware: async (context, next) => {
        if (counter.tryEnter(context.res)) return await next()
        context.status = 503
        context.set('retry-after', '1')
        context.body = FULL
      },
    }
  },
}

const FULL = { reason: 'full' }

interface Counter {
  readonly tryEnter: (response: ServerResponse) => boolean
  readonly refuseAll: () => void
}

function createCounter(parameter: string | undefined): Counter {
  let limit = Number(parameter)
  if (!Number.isInteger(limit) || limit < 0) throw new Error(`static:limit, got ${parameter}`)
  let inFlight = 0
  const leave = (): void => {
    inFlight -= 1
  }
  return {
    tryEnter: (response) => {
      if (inFlight >= limit) return false
      inFlight += 1
      response.once('close', leave)
      return true
    },
    refuseAll: () => {
      limit = 0
    },
  }
}
