import { RawEntering, visitOf } from '@headgate/node'
import type { NextFunction, Request, Response } from 'express'
import { extendApp } from './extend-app.ts'

/** What the entrance is asked with. */
export function enteringOf(
  request: Request,
  response: Response,
  next: NextFunction,
): RawEntering<Request, Response> {
  const tellsEnd = extendApp(request.app as object | undefined)
  const listener = (): void => {
    if (!tellsEnd) request.headgate = visitOf(request) ?? null
    next()
  }
  const entering = new RawEntering(request, response, listener)
  entering.tellsEnd = tellsEnd
  return entering
}
