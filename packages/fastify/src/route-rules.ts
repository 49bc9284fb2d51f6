import { createRouteRule, type RouteRule } from '@headgate/node'
import type { FastifyContextConfig, FastifyRequest } from 'fastify'
import { checkRouteConfig, type RouteConfig } from './route-config.ts'

/** Requests that no route of the app takes. They share one flow. */
const NO_ROUTE = 'no route'

interface KeptRoute {
  readonly config?: unknown
}

/**
 * What each route says of its requests, made ready at its first.
 *
 * A route is known by its config, which is its own. But Fastify makes `routeOptions`, and all that is in it, anew each
 * time it is asked, which is a percent of a hello world. What it makes it of is the same for all requests of a route, and has no
 * public name: it is looked for once, and where it is not found the options are asked each time.
 */
export class RouteRules {
  readonly #onError: (error: unknown) => void
  readonly #poolNames: readonly string[] | undefined
  readonly #onRoute: ((route: string, config: RouteConfig) => void) | undefined
  /** By the config of a route, and by what Fastify itself keeps of it. */
  readonly #rules = new WeakMap<object, RouteRule<FastifyRequest>>()
  /** Where a request has what Fastify keeps of its route. Undefined until it is found, if ever. */
  #key: symbol | undefined = undefined
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

  of(request: FastifyRequest): RouteRule<FastifyRequest> {
    const route = this.#key && partOf(request, this.#key)
    return (route && this.#rules.get(route)) ?? this.#lookUp(request)
  }

  #lookUp(request: FastifyRequest): RouteRule<FastifyRequest> {
    const { method, url, config } = request.routeOptions
    if (url === undefined || config === undefined) return this.#noRoute
    const rule = this.#rules.get(config) ?? this.#make(`${method} ${url}`, config)
    this.#rules.set(config, rule)
    this.#key ??= keyOfRoute(request, config)
    const route = this.#key && partOf(request, this.#key)
    if (route?.config === config) this.#rules.set(route, rule)
    return rule
  }

  #make(route: string, { headgate }: FastifyContextConfig): RouteRule<FastifyRequest> {
    const said = this.#checked(route, headgate)
    const rule = createRouteRule(said, route)
    this.#onRoute?.(route, said)
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

function partOf(request: FastifyRequest, key: symbol): KeptRoute | undefined {
  return (request as unknown as Record<symbol, KeptRoute | undefined>)[key]
}

function keyOfRoute(request: FastifyRequest, config: FastifyContextConfig): symbol | undefined {
  const isRoute = (key: symbol): boolean => partOf(request, key)?.config === config
  return Object.getOwnPropertySymbols(request).find(isRoute)
}
