import {
  type Admission,
  answerProbe,
  createRawEntrance,
  type RequestHandle,
  resolveHeadgate,
} from '@headgate/node'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { enteringOf } from './entering-of.ts'
import type { ExpressHeadgateOptions } from './express-options.ts'
import { markEntrance } from './request-entrance.ts'

declare global {
  namespace Express {
    interface Request {
      /** How this request came in; `null` for an exempt one, and before it was admitted. */
      headgate?: RequestHandle | null | undefined
    }
  }
}

/** The middleware, and the gate it asks: `gate.admission.snapshot()`. */
export interface HeadgateMiddleware extends RequestHandler {
  readonly admission: Admission
}

/**
 * Overload protection for Express: `app.use(headgate())`. Use it first, so that refused requests cost
 * nothing more, and so that what is refused is no body that was read.
 *
 * Express knows no route yet where middleware runs. Either `tier` says how important a request is, or
 * the middleware guards only (`admit: 'route'`) and `admit()` on each route admits.
 *
 * @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range.
 */
export function headgate(options: ExpressHeadgateOptions = {}): HeadgateMiddleware {
  // Not `refuseStreams`, which is Node's `wrap`'s: Express speaks no HTTP/2, where alone it does something.
  const resolved = resolveHeadgate(options, ['admit'])
  const entrance = createRawEntrance(options, resolved)
  const { admission, answersProbes } = resolved
  const middleware = (request: Request, response: Response, next: NextFunction): void => {
    if (answersProbes && answerProbe(admission, request, response)) return
    if (options.admit === 'route') markEntrance(request, entrance)
    const entering = enteringOf(request, response, next)
    if (entrance.enter(entering)) entering.listener(request, response)
  }
  return Object.assign(middleware, { admission })
}
