import { AsyncResource } from 'node:async_hooks'
import type { Arrival, Outcome, Passage, Permit, Rejection, Tier } from '@headgate/core'
import type { Held, HeldStage } from '../admission/held-work.ts'
import { runInContext } from '../contract/request-context.ts'
import type { AskingRequest } from './asking-request.ts'
import type { VisitKeeper } from './host.ts'
import type { RawResponse } from './raw-message.ts'
import { releaseAtHead } from './release-at-head.ts'
import type { RequestHandle } from './request-handle.ts'
import { responseOutcome } from './response-outcome.ts'
import { hasClientLeft, type ResponseWatcher, watchResponse } from './response-watch.ts'
import { type VisitEnd, VisitSignal } from './visit-signal.ts'

const LEFT: Rejection = Object.freeze({ admitted: false, reason: 'cancelled', retryAfterMs: 0 })

/**
 * The stay of a request that was not refused at once: it waits, runs, and gives its permit back exactly
 * once, however the response ends.
 *
 * Work is started and refused from other requests' turns, so each visit carries its own async context:
 * without it, tracing and every other AsyncLocalStorage would see the wrong request.
 */
export class Visit<Context>
  extends AsyncResource
  implements Arrival, ResponseWatcher, RequestHandle, Held
{
  readonly #keeper: VisitKeeper<Context>
  readonly #context: Context
  readonly #response: RawResponse
  #passage: Passage | undefined = undefined
  #hasBegun = false
  /** What the listener returned: a promise, or nothing of interest. */
  #work: unknown = undefined
  leftMs: number | undefined = undefined
  heldBefore: Held | undefined = undefined
  heldAfter: Held | undefined = undefined
  #isSuspended = false
  #deadlineAtMs = Number.POSITIVE_INFINITY
  #statedTier: Tier | undefined = undefined
  #attempt = 1
  #signal: VisitSignal | undefined = undefined
  /** Why nobody needs its work, told before anybody asked. */
  #end: VisitEnd | undefined = undefined
  #isAnswered = false

  constructor(keeper: VisitKeeper<Context>, context: Context, response: RawResponse) {
    super('HeadgateVisit')
    this.#keeper = keeper
    this.#context = context
    this.#response = response
  }

  get tier(): Tier {
    return this.#statedTier ?? this.#passage?.tier ?? 'important'
  }

  get tenant(): string | undefined {
    return this.#passage?.tenant
  }

  get pool(): string {
    const { poolNames } = this.#keeper.admission
    return poolNames[this.#passage?.lane ?? poolNames.indexOf('default')] as string
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

  get degraded(): boolean {
    return this.#keeper.admission.degraded
  }

  get signal(): AbortSignal {
    if (this.#signal === undefined) {
      const remainingMs = this.#isAnswered ? Number.POSITIVE_INFINITY : this.remainingMs()
      this.#signal = new VisitSignal(this.#keeper.admission.clock, remainingMs)
      if (this.#end !== undefined) this.#signal.abort(this.#end)
    }
    return this.#signal.signal
  }

  get attempt(): number {
    return this.#attempt
  }

  remainingMs(): number {
    if (this.#deadlineAtMs === Number.POSITIVE_INFINITY) return this.#deadlineAtMs
    return Math.max(0, this.#deadlineAtMs - this.#keeper.admission.clock.nowMs())
  }

  /** Takes over what the admission gave to this request. */
  begin(passage: Passage, { deadlineMs, statedTier, attempt = 1 }: AskingRequest): void {
    this.#passage = passage
    this.#statedTier = statedTier
    this.#attempt = attempt
    // What a user's function answered may be anything.
    if (typeof deadlineMs === 'number' && !Number.isNaN(deadlineMs)) {
      this.#deadlineAtMs = passage.enqueuedMs + deadlineMs
    }
    passage.arrival = this
    watchResponse(this.#response, this)
  }

  onAdmit(_permit: Permit): void {
    this.proceed()
  }

  /** Its permit was taken back while its body was on the way: before the handler it has to ask again. */
  get isSuspended(): boolean {
    return this.#isSuspended
  }

  get stage(): HeldStage {
    if (this.leftMs !== undefined) return 'abandoned'
    const { host } = this.#keeper
    // Where nobody asks again, a body that does not come is as good as a client that does not read.
    if (this.#isReceiving) return host.asksAgain ? 'receiving' : 'sending'
    if (this.#passage?.sampled || this.#response.headersSent) return 'sending'
    return host.tellsEnd(this.#context) ? 'working' : 'sending'
  }

  get #isReceiving(): boolean {
    return !(this.#response.req.complete || this.#response.headersSent)
  }

  /** Goes on with the work, unless the client has left meanwhile. */
  proceed(): void {
    if (this.#passage?.state !== 'running') return
    this.#hasBegun = true
    this.#keeper.admission.held.add(this)
    const { host, options, told } = this.#keeper
    told.write(this.#response)
    if (options.releaseOn === 'headers') releaseAtHead(this.#response, this)
    const context = this.#context
    this.#work = options.context
      ? this.runInAsyncScope(runInContext, undefined, this, () => host.proceed(context))
      : this.runInAsyncScope(host.proceed, host, context)
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
    if (this.leftMs !== undefined) this.#endAbandoned()
    else if (!passage.sampled) this.#keeper.admission.held.onHandled(passage.startedMs)
    const outcome = responseOutcome(statusCode)
    passage.sample(outcome)
    if (this.#keeper.options.releaseOn === 'handler') this.#release(outcome)
  }

  /** What is left is to send the rest, for those who want no permit held for that. */
  onHeadSent(statusCode: number): void {
    this.#release(responseOutcome(statusCode))
  }

  onResponseOver(): void {
    this.#isAnswered = this.#response.writableEnded
    if (this.#isAnswered) this.#signal?.stop()
    else this.#abort('left')
    const passage = this.#passage
    if (passage === undefined) return
    const { writableEnded, statusCode } = this.#response
    if (!this.#hasBegun) this.#leave(passage)
    else if (writableEnded) this.#release(responseOutcome(statusCode))
    else if (this.#goesOn(passage)) this.#abandon(passage)
    else this.#release('ignore')
  }

  release(): void {
    this.#release('ignore')
  }

  giveBack(stage: HeldStage): void {
    if (stage === 'working' || stage === 'abandoned') this.#abort('overdue')
    this.#isSuspended = this.#isReceiving
    this.#release('ignore')
  }

  #release(outcome: Outcome): void {
    const passage = this.#passage
    // Whoever waits has nothing to give back.
    if (passage?.state !== 'running') return
    this.#keeper.admission.held.remove(this)
    passage.release(outcome)
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
    if (passage.state !== 'running') return false
    if (this.#keeper.options.releaseOn === 'response') return false
    if (passage.sampled || this.#response.headersSent) return false
    return hasClientLeft(this.#response) && this.#keeper.host.tellsEnd(this.#context)
  }

  #abandon(passage: Passage): void {
    // How long it takes now teaches nothing.
    passage.sample('ignore')
    this.#keeper.admission.held.abandon(this)
    const end = (): void => this.#endAbandoned()
    // Not `then`: a rejection that nobody handles must stay one.
    if (this.#work instanceof Promise) void this.#work.finally(end)
  }

  /** Only the first reason counts. */
  #abort(end: VisitEnd): void {
    if (this.#end !== undefined) return
    this.#end = end
    this.#signal?.abort(end)
  }

  #endAbandoned(): void {
    const { held } = this.#keeper.admission
    held.onAbandonedEnd(this.startedMs)
    this.#release('ignore')
  }
}
