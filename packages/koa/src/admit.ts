import {
  checkRouteOptions,
  knownPools,
  missingGuard,
  type RouteOptions,
  RouteRules,
} from '@headgate/node'
import type { Middleware, Next } from 'koa'
import type { KoaRequest } from './koa-options.ts'
import { passThrough } from './pass-through.ts'
import { entranceOf } from './request-entrance.ts'

/**
 * Admits the requests of a route, behind `headgate({ admit: 'route' })`, with any router:
 *
 * ```ts
 * app.use(headgate({ admit: 'route' }))
 * router.post('/checkout', admit({ tier: 'critical' }), checkout)
 * ```
 *
 * What it says goes before what the middleware's options say. Where several come one after the other,
 * the first admits. Without that middleware the request fails: to serve it would be to protect nothing.
 *
 * Make the middleware first: a pool that no gate of the process has is then an error at once.
 *
 * @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range.
 */
export function admit(options: RouteOptions<KoaRequest> = {}): Middleware {
  checkRouteOptions('admit', options, knownPools())
  const rules = new RouteRules(options)
  return async (request: KoaRequest, next: Next): Promise<void> => {
    const entrance = entranceOf(request)
    if (entrance === undefined) throw missingGuard(request.req)
    const rule = rules.of(routeName(request), entrance.admission)
    await passThrough(request, next, (entering) => entrance.admit(entering, rule))
  }
}

/** As `@koa/router` tells it. With other routers, the routes of each `admit()` share as one. */
function routeName({ method, _matchedRoute }: KoaRequest): string | undefined {
  return typeof _matchedRoute === 'string' ? `${method} ${_matchedRoute}` : undefined
}
