import { visitOf } from '@headgate/node'
import type { NextFunction, Request, Response } from 'express'
import { extendApp } from './extend-app.ts'

/** A request that asks for admission. */
export interface ExpressEntering {
  readonly request: Request
  readonly raw: Request
  readonly response: Response
  /** The work begins: its handlers can see how it came in. */
  readonly listener: () => void
  /** Whether its response tells of its end by itself. */
  readonly tellsEnd: boolean
  visit: undefined
}

/** What the entrance is asked with. */
export function enteringOf(
  request: Request,
  response: Response,
  next: NextFunction,
): ExpressEntering {
  const tellsEnd = extendApp(request.app as object | undefined)
  const listener = (): void => {
    if (!tellsEnd) request.headgate = visitOf(request) ?? null
    next()
  }
  return { request, raw: request, response, listener, tellsEnd, visit: undefined }
}
