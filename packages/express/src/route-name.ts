import type { Request } from 'express'

const names = new WeakMap<object, string>()
let routes = 0

/**
 * What tells the route of a request from any other: its path alone does not, as routers are mounted under
 * paths of their own. `undefined` where no route has been found yet.
 */
export function routeName(request: Request): string | undefined {
  const route: { readonly path: unknown } | undefined = request.route
  if (route === undefined) return undefined
  let name = names.get(route)
  if (name === undefined) {
    routes += 1
    name = `${String(route.path)} (${routes})`
    names.set(route, name)
  }
  return `${request.method} ${name}`
}
