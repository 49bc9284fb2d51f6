import {
  type Admission,
  answerProbe,
  Entrance,
  type RequestHandle,
  resolveHeadgate,
} from '@headgate/node'
import type { Middleware, Next } from 'koa'
import { createKoaHost } from './koa-host.ts'
import type { KoaHeadgateOptions, KoaRequest } from './koa-options.ts'
import { passThrough } from './pass-through.ts'
import { type KoaEntrance, markEntrance } from './request-entrance.ts'
import { showFinishedResponses } from './show-finished-responses.ts'

declare module 'koa' {
  interface DefaultContext {
    /** How this request came in; `null` for an exempt one, and before it was admitted. */
    headgate?: RequestHandle | null | undefined
  }
}

/** The middleware, and the gate it asks: `gate.admission.snapshot()`. */
export type HeadgateMiddleware = Middleware & { readonly admission: Admission }

/**
 * Overload protection for Koa: `app.use(headgate())`. Use it first, so that refused requests cost
 * nothing more. What follows it is the work that is counted, until it has unwound.
 *
 * Koa knows no route where middleware runs. Either `tier` says how important a request is, or the
 * middleware guards only (`admit: 'route'`) and `admit()` on each route admits.
 *
 * @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range.
 */
export function headgate(options: KoaHeadgateOptions = {}): HeadgateMiddleware {
  const resolved = resolveHeadgate(options, ['admit'])
  const { admission, answersProbes } = resolved
  const host = createKoaHost(resolved, options.onReject)
  const entrance: KoaEntrance = new Entrance(options, admission, host)
  let isFirst = true
  const middleware = (request: KoaRequest, next: Next): Promise<void> => {
    if (isFirst) {
      isFirst = false
      showFinishedResponses(request.app)
    }
    if (answersProbes && answerProbe(admission, request.req, request.res)) {
      request.respond = false
      return Promise.resolve()
    }
    if (options.admit === 'route') markEntrance(request, entrance)
    return passThrough(request, next, (entering) => entrance.enter(entering))
  }
  return Object.assign(middleware, { admission })
}
