import { AsyncResource } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Arrival, Passage, Permit, Rejection, Tier } from '@headgate/core'
import type { Abandoned } from '../admission/abandoned-work.ts'
import type { VisitKeeper } from './host.ts'
import { responseOutcome } from './response-outcome.ts'
import { hasClientLeft, type ResponseWatcher, watchResponse } from './response-watch.ts'

export type RawRequest = IncomingMessage | Http2ServerRequest
export type RawResponse = ServerResponse | Http2ServerResponse

const LEFT: Rejection = Object.freeze({ admitted: false, reason: 'cancelled', retryAfterMs: 0 })

/** What a handler can know of how its request came in: `request.headgate`. */
export interface RequestHandle {
  readonly tier: Tier
  /** Who asked, where `tenant` named somebody; a name longer than 128 by its hash. */
  readonly tenant: string | undefined
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
  implements Arrival, ResponseWatcher, RequestHandle, Abandoned
{
  readonly #keeper: VisitKeeper<Context>
  readonly #context: Context
  readonly #response: RawResponse
  #passage: Passage | undefined = undefined
  #hasBegun = false
  /** What the listener returned: a promise, or nothing of interest. */
  #work: unknown = undefined
  leftMs: number | undefined = undefined

  constructor(keeper: VisitKeeper<Context>, context: Context, response: RawResponse) {
    super('HeadgateVisit')
    this.#keeper = keeper
    this.#context = context
    this.#response = response
  }

  get tier(): Tier {
    return this.#passage?.tier ?? 'important'
  }

  get tenant(): string | undefined {
    return this.#passage?.tenant
  }

  get startedMs(): number {
    return this.#passage?.startedMs ?? 0
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
    this.#hasBegun = true
    const { host } = this.#keeper
    this.#work = this.runInAsyncScope(host.proceed, host, this.#context)
  }

  onReject(rejection: Rejection): void {
    const ofTenant = this.tenant !== undefined
    this.#passage = undefined
    const { host } = this.#keeper
    this.runInAsyncScope(host.refuse, host, this.#context, rejection, ofTenant)
  }

  /** The handler has its answer: what its latency teaches is known now, however slowly the client reads. */
  onHandled(statusCode: number): void {
    const passage = this.#passage
    if (passage === undefined) return
    const { abandoned } = this.#keeper.admission
    if (this.leftMs !== undefined) abandoned.end(this)
    else if (!passage.sampled) abandoned.onHandled(passage.startedMs)
    passage.sample(responseOutcome(statusCode))
  }

  onResponseOver(): void {
    const passage = this.#passage
    if (passage === undefined) return
    const { writableEnded, statusCode } = this.#response
    if (!this.#hasBegun) this.#leave(passage)
    else if (writableEnded) passage.release(responseOutcome(statusCode))
    else if (this.#goesOn(passage)) this.#abandon(passage)
    else passage.release('ignore')
  }

  giveBack(): void {
    this.#passage?.release('ignore')
  }

  /** Its client left before anything was begun for it. */
  #leave(passage: Passage): void {
    if (passage.state === 'queued') this.#keeper.admission.cancel(passage)
    else passage.release('ignore')
    this.onReject(LEFT)
  }

  /**
   * Whether the handler still works on an answer that nobody will read. Once the head is sent, the work
   * left is to send the rest, and ends with the client.
   */
  #goesOn(passage: Passage): boolean {
    if (passage.sampled || this.#response.headersSent) return false
    return hasClientLeft(this.#response) && this.#keeper.host.tellsEnd(this.#context)
  }

  #abandon(passage: Passage): void {
    const { admission } = this.#keeper
    // How long it takes now teaches nothing.
    passage.sample('ignore')
    admission.abandoned.add(this)
    const end = (): void => admission.abandoned.end(this)
    // Not `then`: a rejection that nobody handles must stay one.
    if (this.#work instanceof Promise) void this.#work.finally(end)
  }
}
