import type { Next } from 'koa'
import { goOn, type KoaEntering } from './koa-host.ts'
import type { KoaRequest } from './koa-options.ts'

/** A middleware's promise for a request that `enter` lets in, at once or later, or refuses. */
export function passThrough(
  request: KoaRequest,
  next: Next,
  enter: (entering: KoaEntering) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const { req: raw, res: response } = request
    const entering = { request, raw, response, next, resolve, reject, visit: undefined }
    if (enter(entering)) void goOn(entering)
  })
}
