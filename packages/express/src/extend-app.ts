import { endTelling, visitOf } from '@headgate/node'
import type { Request } from 'express'
import { type ShapedApp, shapeMessages } from './shape-messages.ts'

/** What Express keeps for the requests and responses of an app, which its types do not tell. */
interface App extends ShapedApp {
  readonly request?: object | undefined
  readonly response?: object | undefined
  readonly parent?: App | undefined
}

const extended = new WeakSet<App>()

/**
 * Gives an app's requests and responses, once and on the prototypes that Express has for that, what each would
 * else need properties of its own for: Express changes the prototype of both for every request, and V8 then
 * makes them a shape of their own, to which each property that is added costs 13 µs (Node.js 20).
 *
 * False where there is no app, such as for a router that is used without one.
 */
export function extendApp(app: App | undefined): boolean {
  if (app === undefined) return false
  if (extended.has(app)) return true
  const root = rootOf(app)
  const { request, response } = root
  if (request === undefined || response === undefined) return false
  extended.add(app)
  shapeMessages(root)
  if (Object.hasOwn(request, 'headgate')) return true
  Object.defineProperty(request, 'headgate', HEADGATE)
  const { end } = response as { end: Parameters<typeof endTelling>[0] }
  const value = endTelling(end)
  Object.defineProperty(response, 'end', { value, writable: true, configurable: true })
  return true
}

/** How a request came in. Whoever sets it has its own. */
const HEADGATE: PropertyDescriptor = Object.freeze({
  configurable: true,
  enumerable: true,
  get(this: Request): unknown {
    return visitOf(this) ?? null
  },
  set(this: Request, value: unknown): void {
    Object.defineProperty(this, 'headgate', { value, writable: true, configurable: true })
  },
})

/** The apps below it inherit from its prototypes, and Express gives requests that leave them those of above again. */
function rootOf(app: App): App {
  let root = app
  while (root.parent !== undefined) root = root.parent
  return root
}
