import { checkFunction, checkOneOf } from '@headgate/core'
import { ExemptVisits } from './exempt-visits.ts'
import { Gate } from './gate.ts'
import { type HeadgateOptions, type ResolvedHeadgate, resolveHeadgate } from './headgate-options.ts'
import { ownAnswer } from './own-answer.ts'
import { type RejectionResponse, rejectionResponse } from './rejection-response.ts'
import { RequestClassifier } from './request-options.ts'
import { sampleAtEnd } from './sample-at-end.ts'
import type { RawRequest, RawResponse, Visit } from './visit.ts'
import { markVisit, visitOf } from './visit-mark.ts'
import { writeRejection } from './write-rejection.ts'

/** A request listener of `node:http`, `node:https` or `node:http2`. */
export type Listener<Request extends RawRequest, Response extends RawResponse> = (
  request: Request,
  response: Response,
) => unknown

export interface WrapOptions<Request, Response> extends HeadgateOptions<Request, Response> {
  /**
   * Default `all`: every request is admitted here. `route`: the framework behind admits, on the same
   * `admission`; the guard only refuses what no route could save (draining, the hard line of pressure).
   */
  readonly admit?: 'all' | 'route' | undefined
}

interface Context<Request extends RawRequest, Response extends RawResponse> {
  readonly request: Request
  readonly response: Response
  readonly listener: Listener<Request, Response>
  visit: Visit<Context<Request, Response>> | undefined
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
  { admission }: ResolvedHeadgate,
): RawGate<Request, Response> {
  if (options.admit !== undefined) checkOneOf('admit', options.admit, ['all', 'route'])
  const classifier = new RequestClassifier<Request>(options, admission)
  const exempt = new ExemptVisits()
  const gate = createGate(options, admission)
  return (request, response, listener) => {
    // Behind another guard: it has been asked, and counts it.
    if (visitOf(request) !== undefined) {
      listener(request, response)
      return
    }
    const context: Context<Request, Response> = { request, response, listener, visit: undefined }
    if (options.admit === 'route') {
      // Exempt requests are the framework's to count: here they only may not be refused.
      const refusal = classifier.isExempt(request)
        ? undefined
        : admission.refuseAtDoor(classifier.classify(request))
      if (refusal === undefined) listener(request, response)
      else gate.host.refuse(context, refusal, false)
      return
    }
    if (classifier.isExempt(request) && exempt.tryEnter(response)) {
      markVisit(request, null)
      listener(request, response)
      return
    }
    const visit = gate.enter(context, response, classifier.classify(request))
    if (visit === undefined) return
    context.visit = visit
    markVisit(request, visit)
  }
}

function createGate<Request extends RawRequest, Response extends RawResponse>(
  { onReject }: WrapOptions<Request, Response>,
  admission: ResolvedHeadgate['admission'],
): Gate<Context<Request, Response>> {
  return new Gate(admission, {
    proceed: ({ request, response, listener, visit }) => {
      if (visit !== undefined) sampleAtEnd(response, visit)
      return listener(request, response)
    },
    tellsEnd: () => true,
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
  })
}

/** What `onReject` left undone. A response that has begun can only be cut off: the client must not wait. */
function finishAnswer(request: RawRequest, response: RawResponse, answer: RejectionResponse): void {
  if (!response.headersSent) writeRejection(request, response, answer)
  else if (!response.writableEnded) ('stream' in response ? response.stream : response).destroy()
}
