import type { Next } from 'koa'
import { KoaEntering } from './koa-entering.ts'
import { goOn } from './koa-host.ts'
import type { KoaRequest } from './koa-options.ts'

/** A middleware's promise for a request that `enter` lets in, at once or later, or refuses. */
export function passThrough(
  request: KoaRequest,
  next: Next,
  enter: (entering: KoaEntering) => boolean,
): Promise<void> {
  const entering = new KoaEntering(request, next)
  return new Promise((resolve, reject) => {
    entering.resolve = resolve
    entering.reject = reject
    if (enter(entering)) void goOn(entering)
  })
}
