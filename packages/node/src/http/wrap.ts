import type { Rejection } from '@headgate/core'
import { ExemptVisits } from './exempt-visits.ts'
import { type HeadgateOptions, resolveHeadgate } from './headgate-options.ts'
import { rejectionResponse } from './rejection-response.ts'
import { RequestClassifier } from './request-options.ts'
import { type Host, type RawRequest, type RawResponse, Visit } from './visit.ts'

/** A request listener of `node:http`, `node:https` or `node:http2`. */
export type Listener<Request extends RawRequest, Response extends RawResponse> = (
  request: Request,
  response: Response,
) => unknown

interface Context<Request, Response> {
  readonly request: Request
  readonly response: Response
  visit: Visit<Context<Request, Response>> | undefined
}

/** A request body up to this size is read and thrown away; a larger one costs less to cut off. */
const MAX_DISCARDED_BYTES = 65_536

/**
 * Puts any request listener behind a gate: refused requests cost a prepared answer and never reach it.
 *
 * @throws {InvalidOptionError} when an option is unknown, of the wrong type, or out of range.
 */
export function wrap<Request extends RawRequest, Response extends RawResponse>(
  listener: Listener<Request, Response>,
  options: HeadgateOptions<Request, Response> = {},
): Listener<Request, Response> {
  const { admission } = resolveHeadgate(options)
  const classifier = new RequestClassifier<Request>(options, admission)
  const exempt = new ExemptVisits()
  const { onReject } = options
  const host: Host<Context<Request, Response>> = {
    proceed: ({ request, response, visit }) => {
      if (visit !== undefined) sampleAtEnd(response, visit)
      listener(request, response)
    },
    refuse: ({ request, response }, rejection) => {
      if (rejection.reason === 'cancelled') return
      if (onReject === undefined) {
        writeRejection(request, response, rejection)
        return
      }
      try {
        onReject(request, response, rejection)
      } catch (error) {
        admission.reportError('onReject', error)
        if (!response.headersSent) writeRejection(request, response, rejection)
      }
    },
  }
  const gate = { admission, host }
  return (request, response) => {
    if (classifier.isExempt(request) && exempt.tryEnter(response)) {
      listener(request, response)
      return
    }
    const context: Context<Request, Response> = { request, response, visit: undefined }
    context.visit = new Visit(gate, context, response)
    context.visit.enter(classifier.classify(request, undefined))
  }
}

/** Writes the prepared answer to a refused request. */
export function writeRejection(
  request: RawRequest,
  response: RawResponse,
  rejection: Rejection,
): void {
  const { statusCode, statusMessage, headers, flatHeaders, body } = rejectionResponse(rejection)
  if ('stream' in response) {
    response.writeHead(statusCode, headers)
    response.end(body)
    return
  }
  // Keeping the connection costs a fraction of a new one, but not when the client is about to send
  // megabytes that nobody will read.
  if (Number(request.headers['content-length'] ?? 0) > MAX_DISCARDED_BYTES) {
    response.setHeader('connection', 'close')
  }
  response.writeHead(statusCode, statusMessage, flatHeaders as string[])
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** The work is done when the listener ends the response, however slowly the client then reads it. */
function sampleAtEnd(response: RawResponse, visit: Pick<Visit<unknown>, 'onHandled'>): void {
  const { end } = response as { end: (...args: unknown[]) => unknown }
  response.end = function (this: RawResponse, ...args: unknown[]) {
    visit.onHandled(this.statusCode)
    return end.apply(this, args)
  } as typeof response.end
}
