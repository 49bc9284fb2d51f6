import type { RequestListener } from 'node:http'
import type { RequestHandler } from 'express'
import type { FastifyInstance, FastifyServerFactory } from 'fastify'
import type { Middleware } from 'koa'

/** What a guard puts into a server. */
export interface Guard<OfHost> {
  readonly middleware?: OfHost | undefined
  /** Before the framework. */
  readonly wrap?: ((listener: RequestListener) => RequestListener) | undefined
  /** From now on it refuses every request, the way it always does. */
  readonly refuseAll?: (() => void) | undefined
}

export interface FastifyGuard {
  /** Called before any route is declared. */
  readonly register?: ((app: FastifyInstance) => Promise<void>) | undefined
  readonly serverFactory?: FastifyServerFactory | undefined
  readonly refuseAll?: (() => void) | undefined
}

/** A way to guard a service, under each host that it knows. */
export interface Contestant {
  readonly name: string
  readonly about: string
  /** `parameter` is what follows the colon of `name:parameter`. */
  readonly fastify?: (parameter: string | undefined) => Promise<FastifyGuard>
  readonly express?: (parameter: string | undefined) => Promise<Guard<RequestHandler>>
  readonly koa?: (parameter: string | undefined) => Promise<Guard<Middleware>>
  readonly node?: (parameter: string | undefined) => Promise<Guard<never>>
}
