import { checkFunction } from '@headgate/core'
import { type Entering, Entrance, type EntranceOptions } from './entrance.ts'
import { type HeadgateOptions, type ResolvedHeadgate, resolveHeadgate } from './headgate-options.ts'
import type { Host } from './host.ts'
import { ownAnswer } from './own-answer.ts'
import { type RejectionResponse, rejectionResponse } from './rejection-response.ts'
import { sampleAtEnd } from './sample-at-end.ts'
import type { RawRequest, RawResponse } from './visit.ts'
import { writeRejection } from './write-rejection.ts'

/** A request listener of `node:http`, `node:https` or `node:http2`. */
export type Listener<Request extends RawRequest, Response extends RawResponse> = (
  request: Request,
  response: Response,
) => unknown

export interface WrapOptions<Request, Response>
  extends HeadgateOptions<Request, Response>,
    Pick<EntranceOptions<Request>, 'admit'> {}

interface Context<Request extends RawRequest, Response extends RawResponse>
  extends Entering<Request> {
  readonly response: Response
  readonly listener: Listener<Request, Response>
}

/** A gate for raw requests, for any number of listeners behind it. */
export type RawGate<Request extends RawRequest, Response extends RawResponse> = (
  request: Request,
  response: Response,
  listener: Listener<Request, Response>,
) => void

/**
 * Puts any request listener behind a gate: refused requests cost a prepared answer and never reach it.
 *
 * @throws {InvalidOptionError} when `listener` is no function, or an option is unknown, of the wrong
 *   type, or out of range.
 */
export function wrap<Request extends RawRequest, Response extends RawResponse>(
  listener: Listener<Request, Response>,
  options: WrapOptions<Request, Response> = {},
): Listener<Request, Response> {
  // An app that is no function itself (Koa's) has a method that makes one.
  checkFunction('listener', listener)
  const gate = createRawGate(options, resolveHeadgate(options, ['admit']))
  return (request, response) => gate(request, response, listener)
}

/**
 * The gate that `wrap` puts before a listener.
 *
 * @throws {InvalidOptionError} when `admit` is neither `all` nor `route`.
 */
export function createRawGate<Request extends RawRequest, Response extends RawResponse>(
  options: WrapOptions<Request, Response>,
  resolved: ResolvedHeadgate,
): RawGate<Request, Response> {
  const entrance = createRawEntrance(options, resolved)
  return (request, response, listener) => {
    const context = { request, raw: request, response, listener, visit: undefined }
    if (entrance.enter(context)) listener(request, response)
  }
}

/**
 * The same for hosts that let a request through in more than one place.
 *
 * @throws {InvalidOptionError} when `admit` is neither `all` nor `route`.
 */
export function createRawEntrance<Request extends RawRequest, Response extends RawResponse>(
  options: WrapOptions<Request, Response>,
  { admission }: ResolvedHeadgate,
): Entrance<Request, Context<Request, Response>> {
  return new Entrance(options, admission, createRawHost(options, admission))
}

function createRawHost<Request extends RawRequest, Response extends RawResponse>(
  { onReject }: WrapOptions<Request, Response>,
  admission: ResolvedHeadgate['admission'],
): Host<Context<Request, Response>> {
  return {
    proceed: ({ request, response, listener, visit }) => {
      if (visit !== undefined) sampleAtEnd(response, visit)
      return listener(request, response)
    },
    tellsEnd: () => true,
    asksAgain: false,
    refuse: ({ request, response }, rejection, ofTenant) => {
      if (rejection.reason === 'cancelled') return
      const answer = rejectionResponse(rejection, ofTenant)
      if (onReject === undefined) {
        writeRejection(request, response, answer)
        return
      }
      ownAnswer(
        admission,
        () => onReject(request, response, rejection),
        () => finishAnswer(request, response, answer),
      )
    },
  }
}

/** What `onReject` left undone. A response that has begun can only be cut off: the client must not wait. */
export function finishAnswer(
  request: RawRequest,
  response: RawResponse,
  answer: RejectionResponse,
): void {
  if (!response.headersSent) writeRejection(request, response, answer)
  else if (!response.writableEnded) ('stream' in response ? response.stream : response).destroy()
}
