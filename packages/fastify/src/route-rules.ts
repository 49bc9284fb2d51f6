import { createRouteRule, type RouteRule } from '@headgate/node'
import type { FastifyContextConfig, FastifyRequest } from 'fastify'
import { checkRouteConfig, type RouteConfig } from './route-config.ts'

/** Requests that no route of the app takes. They share one flow. */
const NO_ROUTE = 'no route'

/** What each route says of its requests, made ready at its first: by its config, which is its own. */
export class RouteRules {
  readonly #onError: (error: unknown) => void
  readonly #poolNames: readonly string[] | undefined
  readonly #onRoute: ((route: string, config: RouteConfig) => void) | undefined
  readonly #rules = new WeakMap<FastifyContextConfig, RouteRule<FastifyRequest>>()
  readonly #noRoute: RouteRule<FastifyRequest> = createRouteRule({}, NO_ROUTE)

  /**
   * @param onError hears of a wrong config of a route that was declared before the plugin was there: too
   *   late for an error at start-up. The route gets the defaults.
   * @param parts `onRoute` hears at the first request of each route what it says
   */
  constructor(
    onError: (error: unknown) => void,
    parts: {
      readonly poolNames?: readonly string[] | undefined
      readonly onRoute?: ((route: string, config: RouteConfig) => void) | undefined
    } = {},
  ) {
    this.#onError = onError
    this.#poolNames = parts.poolNames
    this.#onRoute = parts.onRoute
  }

  of({ method, url, config }: FastifyRequest['routeOptions']): RouteRule<FastifyRequest> {
    if (url === undefined || config === undefined) return this.#noRoute
    const known = this.#rules.get(config)
    if (known !== undefined) return known
    const route = `${method} ${url}`
    const said = this.#checked(route, config.headgate)
    const rule = createRouteRule(said, route)
    this.#onRoute?.(route, said)
    this.#rules.set(config, rule)
    return rule
  }

  #checked(route: string, config: RouteConfig = {}): RouteConfig {
    try {
      checkRouteConfig(route, config, this.#poolNames)
      return config
    } catch (error) {
      this.#onError(error)
      return {}
    }
  }
}
