import { checkBoolean, checkFunction } from '@headgate/core'
import type { Admission } from '../admission/admission.ts'
import { answerProbe } from '../probe/answer-probe.ts'
import { Entrance, type EntranceOptions } from './entrance.ts'
import { type HeadgateOptions, type ResolvedHeadgate, resolveHeadgate } from './headgate-options.ts'
import type { Host } from './host.ts'
import { ownAnswer } from './own-answer.ts'
import { type Listener, RawEntering } from './raw-entering.ts'
import type { RawRequest, RawResponse } from './raw-message.ts'
import { type RefusedStreamOptions, refuseStream } from './refuse-stream.ts'
import type { RejectionResponse } from './rejection-response.ts'
import { sampleAtEnd } from './sample-at-end.ts'
import { writeRejection } from './write-rejection.ts'

export interface WrapOptions<Request, Response>
  extends HeadgateOptions<Request, Response>,
    Pick<EntranceOptions<Request>, 'admit'>,
    RefusedStreamOptions {}

/** A listener behind a gate, and the gate it asks: `listener.admission.close()`. */
export type WrappedListener<Request extends RawRequest, Response extends RawResponse> = Listener<
  Request,
  Response
> & { readonly admission: Admission }

/** What `wrap` knows beyond the options of every host. */
export const WRAP_OPTION_NAMES: readonly string[] = Object.freeze(['admit', 'refuseStreams'])

/** A gate for raw requests, for any number of listeners behind it. */
export type RawGate<Request extends RawRequest, Response extends RawResponse> = (
  request: Request,
  response: Response,
  listener: Listener<Request, Response>,
) => void

/**
 * Puts any request listener behind a gate: refused requests cost a prepared answer and never reach it. What it
 * returns has the gate on it, so that it can be drained and closed, also where none was given.
 *
 * @throws {InvalidOptionError} when `listener` is no function, or an option is unknown, of the wrong
 *   type, or out of range.
 */
export function wrap<Request extends RawRequest, Response extends RawResponse>(
  listener: Listener<Request, Response>,
  options: WrapOptions<Request, Response> = {},
): WrappedListener<Request, Response> {
  // An app that is no function itself (Koa's) has a method that makes one.
  checkFunction('listener', listener)
  const resolved = resolveHeadgate(options, WRAP_OPTION_NAMES)
  const gate = createRawGate(options, resolved)
  const wrapped = (request: Request, response: Response): void => gate(request, response, listener)
  return Object.assign(wrapped, { admission: resolved.admission })
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
  const { admission, answersProbes } = resolved
  return (request, response, listener) => {
    if (answersProbes && answerProbe(admission, request, response)) return
    const entering = new RawEntering(request, response, listener)
    if (entrance.enter(entering)) listener(request, response)
  }
}

/**
 * The same for hosts that let a request through in more than one place.
 *
 * @throws {InvalidOptionError} when `admit` is neither `all` nor `route`.
 */
export function createRawEntrance<Request extends RawRequest, Response extends RawResponse>(
  options: WrapOptions<Request, Response>,
  resolved: ResolvedHeadgate,
): Entrance<Request, RawEntering<Request, Response>> {
  return new Entrance(options, resolved.admission, createRawHost(options, resolved))
}

function createRawHost<Request extends RawRequest, Response extends RawResponse>(
  { onReject, refuseStreams = false }: WrapOptions<Request, Response>,
  { admission, refusals }: ResolvedHeadgate,
): Host<RawEntering<Request, Response>> {
  checkBoolean('refuseStreams', refuseStreams)
  return {
    proceed: ({ request, response, listener, visit, tellsEnd }) => {
      if (visit !== undefined && !tellsEnd) sampleAtEnd(response)
      return listener(request, response)
    },
    returnsHandler: true,
    tellsEnd: () => true,
    asksAgain: false,
    refuse: ({ request, raw, response }, rejection, ofTenant) => {
      if (rejection.reason === 'cancelled') return
      const answer = refusals.answer({ raw, response }, rejection, ofTenant)
      if (refuseStreams && refuseStream(response, answer)) return
      if (onReject === undefined) {
        writeRejection(request, response, answer)
        return
      }
      void ownAnswer(admission, {
        response,
        onReject: () => onReject(request, response, rejection),
        otherwise: () => finishAnswer(request, response, answer),
      })
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
