import type { Arrival, Outcome, Passage, Permit, Rejection } from '@headgate/core'
import type { Held, HeldStage } from '../admission/held-work.ts'
import { isPassage } from '../admission/wait-for-decision.ts'
import { runInContext } from '../contract/request-context.ts'
import { ClientProgress } from '../slow/client-progress.ts'
import { isBodyThere } from '../slow/is-body-there.ts'
import { endWithAnswer, holdEnd } from '../slow/late-body.ts'
import type { AskingRequest } from './asking-request.ts'
import type { VisitKeeper } from './host.ts'
import type { RawResponse } from './raw-message.ts'
import { releaseAtHead } from './release-at-head.ts'
import { responseOutcome } from './response-outcome.ts'
import { hasClientLeft, isResponseOver, type ResponseWatcher } from './response-watch.ts'
import { VisitHandle } from './visit-handle.ts'

// Taken when the module is loaded: a test that later fakes the globals must not stop the gate.
const { setImmediate } = globalThis

const LEFT: Rejection = Object.freeze({ admitted: false, reason: 'cancelled', retryAfterMs: 0 })

/**
 * The stay of a request that was not refused at once: it waits, runs, and gives its permit back exactly
 * once, however the response ends.
 *
 * Work is started and refused from other requests' turns, so each visit carries its own async context:
 * without it, tracing and every other AsyncLocalStorage would see the wrong request.
 */
export class Visit<Context> extends VisitHandle implements Arrival, ResponseWatcher, Held {
  readonly #keeper: VisitKeeper<Context>
  readonly #context: Context
  readonly #response: RawResponse
  #hasBegun = false
  /** What its handler's answer teaches, once there is one. */
  #outcome: Outcome | undefined = undefined
  /** What the listener returned: a promise, or nothing of interest. */
  #work: unknown = undefined
  leftMs: number | undefined = undefined
  heldBefore: Held | undefined = undefined
  heldAfter: Held | undefined = undefined
  #isSuspended = false
  /** Goes on with its body once it has a permit again. */
  #goOn: (() => void) | undefined = undefined
  /** Its handler is next: its host does not ask again for it. */
  isPastHost = false

  constructor(keeper: VisitKeeper<Context>, context: Context, response: RawResponse) {
    super(keeper.admission)
    this.#keeper = keeper
    this.#context = context
    this.#response = response
  }

  /** Takes over what the admission gave to this request. */
  begin(passage: Passage, asking: AskingRequest): void {
    this.state(passage, asking)
    passage.arrival = this
  }

  onAdmit(_permit: Permit): void {
    this.proceed()
  }

  /** Its permit was taken back while its body was on the way: before the handler it has to ask again. */
  get isSuspended(): boolean {
    return this.#isSuspended
  }

  /** It has waited at the end of its body, with its handler maybe at work: a refusal is no promise that nothing was done. */
  get isLate(): boolean {
    return this.#goOn !== undefined
  }

  get stage(): HeldStage {
    if (this.leftMs !== undefined) return 'abandoned'
    if (this.#isReceiving) return 'receiving'
    if (this.passage?.sampled || this.#response.headersSent) return 'sending'
    return this.#keeper.host.tellsEnd(this.#context) ? 'working' : 'sending'
  }

  get #isReceiving(): boolean {
    return !(this.#response.headersSent || this.#goOn !== undefined || isBodyThere(this.#response))
  }

  /** Goes on with the work, unless the client has left meanwhile. */
  proceed(): void {
    if (this.passage?.state !== 'running') return
    this.#keeper.admission.held.add(this)
    if (this.#hasBegun) {
      if (this.#goOn !== undefined) this.#resume(this.#goOn)
      return
    }
    this.#hasBegun = true
    this.tell(this.passage)
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
    if (this.#goOn !== undefined && rejection !== LEFT) {
      if (this.#hasAnswer) {
        this.passage = undefined
        this.#resume(this.#goOn)
        return
      }
      endWithAnswer(this.#response)
    }
    this.tell(rejection)
    this.passage = undefined
    const { host } = this.#keeper
    this.runInAsyncScope(host.refuse, host, this.#context, rejection, ofTenant)
  }

  /** The handler has its answer: what its latency teaches is known now, however slowly the client reads. */
  onHandled(statusCode: number): void {
    const passage = this.passage
    // What ends a response before its handler has begun is no handler.
    if (passage === undefined || !this.#hasBegun) return
    if (passage.state === 'queued') {
      this.#stopWaiting(passage)
      return
    }
    if (this.leftMs !== undefined) this.#endAbandoned()
    else if (!passage.sampled) this.#keeper.admission.held.onHandled(passage.startedMs)
    const outcome = responseOutcome(statusCode)
    this.#outcome = outcome
    passage.sample(outcome)
    if (this.#keeper.options.releaseOn === 'handler') this.#release(outcome)
  }

  /** What is left is to send the rest, for those who want no permit held for that. */
  onHeadSent(statusCode: number): void {
    this.#release(responseOutcome(statusCode))
  }

  onResponseOver(): void {
    const { writableEnded } = this.#response
    if (writableEnded) this.settle()
    else this.abort('left')
    const passage = this.passage
    if (passage === undefined) return
    if (!this.#hasBegun || passage.state === 'queued') this.#leave(passage)
    else if (writableEnded)
      this.#release(this.#outcome ?? responseOutcome(this.#response.statusCode))
    else if (this.#goesOn(passage)) this.#abandon(passage)
    else this.#release('ignore')
  }

  release(): void {
    this.#release('ignore')
    this.#keeper.admission.slow.watch(new ClientProgress(this.#response))
  }

  giveBack(stage: HeldStage): void {
    if (stage === 'working' || stage === 'abandoned') this.abort('overdue')
    this.#isSuspended = this.#isReceiving
    this.release()
    if (!this.#isSuspended || (this.#keeper.host.asksAgain && !this.isPastHost)) return
    holdEnd(this.#response.req, (goOn) => this.#askAgain(goOn))
  }

  /** Its body has come after all: the work that needs it begins with a permit, or not at all. */
  #askAgain(goOn: () => void): void {
    const { admission, host } = this.#keeper
    this.#isSuspended = false
    if (this.#hasAnswer) {
      goOn()
      return
    }
    this.#goOn = goOn
    const answer = admission.offer(this.askingNow())
    if (!isPassage(answer)) {
      this.tell(answer)
      endWithAnswer(this.#response)
      host.refuse(this.#context, answer, this.tenant !== undefined)
      return
    }
    this.passage = answer
    answer.arrival = this
    if (answer.state === 'running') setImmediate(() => this.proceed())
  }

  /** Its handler has begun to answer, or nobody hears it any more: it cannot be refused. */
  get #hasAnswer(): boolean {
    const { headersSent, writableEnded } = this.#response
    return headersSent || writableEnded || isResponseOver(this.#response)
  }

  /** Its handler has answered without the end of its body: there is nothing left to wait for. */
  #stopWaiting(passage: Passage): void {
    this.passage = undefined
    this.#keeper.admission.cancel(passage)
    if (this.#goOn !== undefined) this.#resume(this.#goOn)
  }

  /** Whoever listens to the body is called in the context of its own request, whosever turn it is. */
  #resume(goOn: () => void): void {
    if (this.#keeper.options.context) this.runInAsyncScope(runInContext, undefined, this, goOn)
    else this.runInAsyncScope(goOn)
  }

  #release(outcome: Outcome): void {
    const passage = this.passage
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

  #endAbandoned(): void {
    const { held } = this.#keeper.admission
    held.onAbandonedEnd(this.startedMs)
    this.#release('ignore')
  }
}
