import { createRouteRule, type RouteOptions, type RouteRule } from './route-options.ts'

/** Routes are declared, so their names are few; more than this are not names of routes. */
const MAX_ROUTES = 1_000

let made = 0

/**
 * What one `admit()` says, for each of the routes that it stands on: where no tenant is named, they share
 * the capacity.
 */
export class RouteRules<Request> {
  readonly #options: RouteOptions<Request>
  readonly #byRoute = new Map<string, RouteRule<Request>>()
  readonly #other: RouteRule<Request>

  constructor(options: RouteOptions<Request>) {
    this.#options = options
    made += 1
    this.#other = createRouteRule(options, `admit ${made}`)
  }

  /** @param route the same for each of its requests, and unlike any other's; `undefined` if nobody knows */
  of(route: string | undefined): RouteRule<Request> {
    if (route === undefined) return this.#other
    const known = this.#byRoute.get(route)
    if (known !== undefined) return known
    if (this.#byRoute.size >= MAX_ROUTES) return this.#other
    // What answers are kept is the same for all of them.
    const rule = createRouteRule(this.#options, route, this.#other.coalescing)
    this.#byRoute.set(route, rule)
    return rule
  }
}
