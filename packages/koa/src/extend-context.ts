import { handleProperty } from '@headgate/node'
import type { KoaRequest } from './koa-options.ts'

const HEADGATE = Object.freeze(handleProperty<KoaRequest>(({ req }) => req))

/**
 * Lets every `ctx` of an app tell how its request came in, by the prototype that Koa has for that: as a property of its own
 * it was the eighth of each, for which V8 makes room anew.
 */
export function extendContext({ app }: KoaRequest): void {
  Object.defineProperty(app.context, 'headgate', HEADGATE)
}
