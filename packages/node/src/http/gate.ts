import type { Admission } from '../admission/admission.ts'
import { isPassage } from '../admission/wait-for-decision.ts'
import { ToldHeaders } from '../contract/told-headers.ts'
import { requestNamesOf } from '../explain/request-id.ts'
import type { AskingRequest } from './asking-request.ts'
import type { Host, VisitKeeper } from './host.ts'
import type { RawRequest, RawResponse } from './raw-message.ts'
import { connectionOf, isResponseOver, watchResponse } from './response-watch.ts'
import { Visit } from './visit.ts'
import type { ResolvedVisitOptions } from './visit-options.ts'

// Taken when the module is loaded: a test that later fakes the globals must not stop the gate.
const { setImmediate } = globalThis

const CLIENT_GONE: AskingRequest = Object.freeze({ signal: Object.freeze({ aborted: true }) })

/** Where a host's requests ask for admission. */
export class Gate<Context> implements VisitKeeper<Context> {
  readonly admission: Admission
  readonly host: Host<Context>
  readonly options: ResolvedVisitOptions
  readonly told: ToldHeaders

  constructor(admission: Admission, host: Host<Context>, options: ResolvedVisitOptions) {
    this.admission = admission
    this.host = host
    this.options = options
    this.told = new ToldHeaders(admission, options.headers)
  }

  /**
   * Asks for admission. A request that is refused at once is answered before this returns, and nothing
   * is made for it; the host hears of any other later, once: also of one whose client left meanwhile.
   */
  enter(
    context: Context,
    response: RawResponse,
    request: AskingRequest,
  ): Visit<Context> | undefined {
    const { beginTrace } = this.admission
    if (beginTrace === undefined) return this.#ask(context, response, request)
    // Nothing is read of a response that has no request any more.
    const trace = response.req && beginTrace(response.req as RawRequest, response)
    if (trace === undefined) return this.#ask(context, response, request)
    return trace.run(() => this.#ask(context, response, { ...request, trace }))
  }

  #ask(
    context: Context,
    response: RawResponse,
    request: AskingRequest,
  ): Visit<Context> | undefined {
    const socket = connectionOf(response)
    const asked = this.#named(request, response)
    // Counted as `cancelled`, and nobody is told: there is nobody.
    const answer = this.admission.offer(isResponseOver(response, socket) ? CLIENT_GONE : asked)
    request.trace?.onDecision(answer, request)
    if (!isPassage(answer)) {
      this.host.refuse(context, answer, typeof request.tenant === 'string')
      return undefined
    }
    // Carries the context it is made in to the handler.
    const visit = new Visit(this, context, response)
    visit.begin(answer, asked)
    watchResponse(response, visit, socket)
    // Without a queue the permit is there already; the work begins in the check phase all the same.
    if (answer.state === 'running') setImmediate(startIfThere, visit)
    return visit
  }

  /** With its id and its trace, where somebody may ask for it later. */
  #named(request: AskingRequest, response: RawResponse): AskingRequest {
    if (!this.admission.explains) return request
    const { req } = response
    if (req === undefined) return request
    const { id, traceId } = requestNamesOf(req)
    return { ...request, id: request.id ?? id, traceId }
  }
}

function startIfThere(visit: Visit<unknown>): void {
  visit.proceed()
}
