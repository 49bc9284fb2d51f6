import { createRouteRule, type RouteRule } from '@headgate/node'
import type { FastifyContextConfig, FastifyRequest } from 'fastify'

/** Requests that no route of the app takes. They share one flow. */
const NO_ROUTE = 'no route'

/** What each route says of its requests, made ready at its first: by its config, which is its own. */
export class RouteRules {
  readonly #rules = new WeakMap<FastifyContextConfig, RouteRule<FastifyRequest>>()
  readonly #noRoute: RouteRule<FastifyRequest> = createRouteRule({}, NO_ROUTE)

  of({ method, url, config }: FastifyRequest['routeOptions']): RouteRule<FastifyRequest> {
    if (url === undefined || config === undefined) return this.#noRoute
    const known = this.#rules.get(config)
    if (known !== undefined) return known
    const rule = createRouteRule(config.headgate || {}, `${method} ${url}`)
    this.#rules.set(config, rule)
    return rule
  }
}
