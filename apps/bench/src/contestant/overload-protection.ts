import { createRequire } from 'node:module'
import type { RequestHandler } from 'express'
import type { Middleware } from 'koa'
import type { Contestant } from './contestant.ts'

type Protect = <OfHost>(host: 'express' | 'koa', options: object) => OfHost

export const overloadProtection: Contestant = contestant(
  'overload-protection',
  'overload-protection with its defaults: maxEventLoopDelay 42',
  {},
)

/** The best all-round setting found by hand. */
export const overloadProtectionTuned: Contestant = contestant(
  'overload-protection-tuned',
  'overload-protection, maxEventLoopDelay 200',
  { maxEventLoopDelay: 200 },
)

function contestant(name: string, about: string, options: object): Contestant {
  return {
    name,
    about,
    express: async () => {
      const middleware = protect<RequestHandler>('express', options)
      return { middleware, refuseAll: () => close(middleware) }
    },
    koa: async () => {
      const middleware = protect<Middleware>('koa', options)
      return { middleware, refuseAll: () => close(middleware) }
    },
  }
}

function protect<OfHost>(host: 'express' | 'koa', options: object): OfHost {
  // It has no types, and no ES module.
  const load = createRequire(import.meta.url)
  // In production its answer does not say why, which would cost more.
  return (load('overload-protection') as Protect)<OfHost>(host, { production: true, ...options })
}

/** What its sampler says is kept in the prototype of the middleware. */
function close(middleware: object): void {
  Object.assign(Object.getPrototypeOf(middleware), { overload: true, heapUsedOverload: true })
}
