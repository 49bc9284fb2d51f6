import { AsyncResource } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { AdmissionRequest, Arrival, Passage, Permit, Rejection, Tier } from '@headgate/core'
import { type Admission, isPassage } from '../admission/admission.ts'
import { responseOutcome } from './response-outcome.ts'
import { isResponseOver, type ResponseWatcher, watchResponse } from './response-watch.ts'

export type RawRequest = IncomingMessage | Http2ServerRequest
export type RawResponse = ServerResponse | Http2ServerResponse

/** What a handler can know of how its request came in: `request.headgate`. */
export interface RequestHandle {
  readonly tier: Tier
  /** Milliseconds spent in the waiting room. */
  readonly waitedMs: number
  /** 0 to 1: how close the process is to its end. A handler may serve less. */
  readonly pressure: number
}

/** How a host goes on with a request, or refuses it. The same for all of a host's requests. */
export interface Host<Context> {
  proceed(context: Context): void
  refuse(context: Context, rejection: Rejection): void
}

/** What all visits of a host have in common. */
export interface Gate<Context> {
  readonly admission: Admission
  readonly host: Host<Context>
}

const CLIENT_GONE: AdmissionRequest = Object.freeze({ signal: Object.freeze({ aborted: true }) })

/**
 * One request's stay: asks for admission, waits, runs, and gives its permit back exactly once, however
 * the response ends.
 *
 * Work is started and refused from other requests' turns, so each visit carries its own async context:
 * without it, tracing and every other AsyncLocalStorage would see the wrong request.
 */
export class Visit<Context>
  extends AsyncResource
  implements Arrival, ResponseWatcher, RequestHandle
{
  readonly #gate: Gate<Context>
  readonly #context: Context
  readonly #response: RawResponse
  #passage: Passage | undefined = undefined

  constructor(gate: Gate<Context>, context: Context, response: RawResponse) {
    super('HeadgateVisit')
    this.#gate = gate
    this.#context = context
    this.#response = response
  }

  get tier(): Tier {
    return this.#passage?.tier ?? 'important'
  }

  get waitedMs(): number {
    return this.#passage?.waitedMs ?? 0
  }

  get pressure(): number {
    return this.#gate.admission.pressure
  }

  /** Asks for admission. The host hears of the answer now or later, once; or never if the client leaves. */
  enter(request: AdmissionRequest | undefined): void {
    if (isResponseOver(this.#response)) {
      // Counted as `cancelled`, and nobody is told: there is nobody.
      this.#gate.admission.offer(CLIENT_GONE, this)
      return
    }
    const answer = this.#gate.admission.offer(request, this)
    if (!isPassage(answer)) {
      this.#gate.host.refuse(this.#context, answer)
      return
    }
    this.#passage = answer
    watchResponse(this.#response, this)
    if (answer.state === 'running') this.#gate.host.proceed(this.#context)
  }

  onAdmit(_permit: Permit): void {
    this.runInAsyncScope(this.#gate.host.proceed, this.#gate.host, this.#context)
  }

  onReject(rejection: Rejection): void {
    this.#passage = undefined
    this.runInAsyncScope(this.#gate.host.refuse, this.#gate.host, this.#context, rejection)
  }

  /** The handler has its answer: what its latency teaches is known now, however slowly the client reads. */
  onHandled(statusCode: number): void {
    this.#passage?.sample(responseOutcome(statusCode))
  }

  onResponseOver(): void {
    const passage = this.#passage
    if (passage === undefined) return
    if (passage.state === 'queued') {
      this.#gate.admission.cancel(passage)
      return
    }
    const response = this.#response
    passage.release(response.writableEnded ? responseOutcome(response.statusCode) : 'ignore')
  }
}
