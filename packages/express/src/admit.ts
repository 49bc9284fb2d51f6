import {
  checkRouteOptions,
  knownPools,
  missingGuard,
  type RouteOptions,
  RouteRules,
} from '@headgate/node'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { enteringOf } from './entering-of.ts'
import { entranceOf } from './request-entrance.ts'
import { routeName } from './route-name.ts'

/**
 * Admits the requests of a route, behind `headgate({ admit: 'route' })`:
 *
 * ```ts
 * app.use(headgate({ admit: 'route' }))
 * app.post('/checkout', admit({ tier: 'critical' }), checkout)
 * ```
 *
 * What it says goes before what the middleware's options say. Where several come one after the other,
 * the first admits. Without that middleware the request fails: to serve it would be to protect nothing.
 *
 * Make the middleware first: a pool that no gate of the process has is then an error at once.
 *
 * @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range.
 */
export function admit(options: RouteOptions<Request> = {}): RequestHandler {
  checkRouteOptions('admit', options, knownPools())
  const rules = new RouteRules(options)
  return (request: Request, response: Response, next: NextFunction): void => {
    const entrance = entranceOf(request)
    if (entrance === undefined) {
      next(missingGuard(request))
      return
    }
    const entering = enteringOf(request, response, next)
    if (entrance.admit(entering, rules.of(routeName(request), entrance.admission)))
      entering.listener(request, response)
  }
}
