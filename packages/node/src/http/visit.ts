import { AsyncResource } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Arrival, Passage, Permit, Rejection, Tier } from '@headgate/core'
import type { VisitKeeper } from './host.ts'
import { responseOutcome } from './response-outcome.ts'
import { type ResponseWatcher, watchResponse } from './response-watch.ts'

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

/**
 * The stay of a request that was not refused at once: it waits, runs, and gives its permit back exactly
 * once, however the response ends.
 *
 * Work is started and refused from other requests' turns, so each visit carries its own async context:
 * without it, tracing and every other AsyncLocalStorage would see the wrong request.
 */
export class Visit<Context>
  extends AsyncResource
  implements Arrival, ResponseWatcher, RequestHandle
{
  readonly #keeper: VisitKeeper<Context>
  readonly #context: Context
  readonly #response: RawResponse
  #passage: Passage | undefined = undefined

  constructor(keeper: VisitKeeper<Context>, context: Context, response: RawResponse) {
    super('HeadgateVisit')
    this.#keeper = keeper
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
    return this.#keeper.admission.pressure
  }

  /** Takes over what the admission gave to this request. */
  begin(passage: Passage): void {
    this.#passage = passage
    passage.arrival = this
    watchResponse(this.#response, this)
  }

  onAdmit(_permit: Permit): void {
    this.proceed()
  }

  /** Goes on with the work, unless the client has left meanwhile. */
  proceed(): void {
    if (this.#passage?.state !== 'running') return
    const { host } = this.#keeper
    this.runInAsyncScope(host.proceed, host, this.#context)
  }

  onReject(rejection: Rejection): void {
    this.#passage = undefined
    const { host } = this.#keeper
    this.runInAsyncScope(host.refuse, host, this.#context, rejection)
  }

  /** The handler has its answer: what its latency teaches is known now, however slowly the client reads. */
  onHandled(statusCode: number): void {
    this.#passage?.sample(responseOutcome(statusCode))
  }

  onResponseOver(): void {
    const passage = this.#passage
    if (passage === undefined) return
    if (passage.state === 'queued') {
      this.#keeper.admission.cancel(passage)
      return
    }
    const response = this.#response
    passage.release(response.writableEnded ? responseOutcome(response.statusCode) : 'ignore')
  }
}
