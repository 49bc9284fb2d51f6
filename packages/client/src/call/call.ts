import { AsyncResource } from 'node:async_hooks'
import type { AdmissionRequest } from '@headgate/core'
import type { CallOutcome } from '@headgate/resilience'
import { type OutgoingBody, outgoingBody } from '../body/outgoing-body.ts'
import { heed } from '../ears/heed.ts'
import type { CallError } from '../error/call-error.ts'
import type { RetryRefusal } from '../error/retry-refusal.ts'
import type { Dispatch, Handler } from '../handler/handler.ts'
import type { Replica } from '../service/replica.ts'
import { Answer, type AnsweredCall } from './answer.ts'
import { Attempt, type AttemptKind, type AttemptOwner, type ResponseHead } from './attempt.ts'
import { bodyError, LOST, noUpstreamError, timeoutError } from './call-ends.ts'
import type { CallParts } from './call-parts.ts'
import { isRepeatable, waitRequest } from './call-terms.ts'
import { CallTimer, type Due } from './call-timer.ts'
import type { Failure } from './failure.ts'
import { Hedging } from './hedging.ts'
import { judgeError, judgeHead } from './judge.ts'
import { LiveAttempts } from './live-attempts.ts'
import { decideRetry, type RetryDecision } from './retry-decision.ts'
import { sendAttempt } from './send-attempt.ts'

const NEVER = Number.POSITIVE_INFINITY
/** Replicas that are asked in turn when guards here refuse. */
const MAX_REFUSALS = 3

/**
 * One call, from its start to its answer: retries and hedges in one machine, so that they know of each other.
 * It answers its caller exactly once, does not wait for attempts that lost, and holds one timer at most.
 */
export class Call extends AsyncResource implements AnsweredCall, AttemptOwner {
  readonly parts: CallParts
  readonly answer: Answer
  readonly #hedging: Hedging
  readonly #timer: CallTimer
  readonly #body: OutgoingBody | undefined
  /** When nobody waits for the answer to begin any more. */
  readonly #endAtMs: number
  readonly startMs: number
  readonly #live: LiveAttempts = new LiveAttempts()
  #used: readonly Replica[] = []
  #refusals = 0
  #delayMs = 0
  /** Of the attempt that failed last. */
  #failure: Failure | undefined

  constructor(parts: CallParts, handler: Handler) {
    // Later attempts are made in the context of the caller, not of the socket or timer that woke them.
    super('HEADGATE_CALL', { requireManualDestroy: true })
    const { settings, terms, options } = parts
    this.startMs = settings.clock.nowMs()
    this.parts = parts
    const deadlineAtMs = this.startMs + (terms.deadlineMs ?? NEVER)
    this.#endAtMs = Math.min(this.startMs + settings.totalMs, deadlineAtMs)
    this.#hedging = new Hedging(parts)
    this.#timer = new CallTimer(settings.clock, (due) => this.#onDue(due))
    this.#body = outgoingBody(options.body, settings.oneShot)
    this.answer = new Answer({
      settings,
      handler,
      timer: this.#timer,
      live: this.#live,
      body: this.#body,
      deadlineAtMs,
      call: this,
    })
  }

  /** @param refused what is known to be wrong before anything was tried. */
  start(refused?: CallError): void {
    this.parts.settings.counters.begin()
    this.answer.begin()
    if (!this.answer.isOpen) return
    if (this.#endAtMs !== NEVER) this.#timer.set('end', this.#endAtMs)
    if (refused !== undefined) this.answer.refuse(refused)
    else if (this.#endAtMs <= this.startMs) this.answer.onEndOfTime()
    else {
      this.#launch('first')
      this.#timer.begin()
    }
  }

  nowMs(): number {
    return this.parts.settings.clock.nowMs()
  }

  get waitRequest(): AdmissionRequest {
    return waitRequest(this.parts.terms, this.#endAtMs - this.nowMs())
  }

  #launch(kind: AttemptKind): void {
    const seat = this.parts.service.pick(this.#used)
    if (seat === undefined) {
      this.#giveUp(noUpstreamError())
      return
    }
    this.#used = this.#used.length === 0 ? [seat.replica] : [...this.#used, seat.replica]
    const attempt = new Attempt(this, kind, seat)
    this.#live.add(attempt)
    attempt.enter()
  }

  onAdmitted(attempt: Attempt): void {
    const { settings } = this.parts
    const isAtOnce = attempt.state === 'new' && attempt.kind === 'first'
    this.answer.attempts += 1
    const nowMs = isAtOnce ? this.startMs : this.nowMs()
    attempt.send(this.answer.attempts, nowMs, settings.attemptMs)
    const remainingMs = this.#endAtMs - attempt.sentMs
    if (attempt.timeoutAtMs !== NEVER) this.#timer.set('attempt', this.#live.nextTimeoutMs())
    if (attempt.kind === 'first') {
      const hedgeMs = this.#hedging.delayMs(remainingMs, this.#body?.canShare ?? true)
      if (hedgeMs !== NEVER) this.#timer.set('hedge', attempt.sentMs + hedgeMs)
    }
    const { base } = settings
    const dispatch: Dispatch = isAtOnce ? base : (...sent) => this.runInAsyncScope(base, 0, ...sent)
    sendAttempt(this.parts, attempt, { body: this.#body, remainingMs, dispatch })
  }

  onRefused(attempt: Attempt, error: CallError): void {
    const { service, settings } = this.parts
    settings.counters.refused += 1
    this.#live.remove(attempt)
    if (attempt.kind === 'hedge') this.#hedging.giveBack()
    if (!this.answer.isOpen || this.#live.count > 0) return
    this.#refusals += 1
    const isElsewhere = this.#refusals < MAX_REFUSALS && service.hasOther(this.#used)
    // All that was left was a hedge that waited: what the others failed of is what counts.
    if (attempt.kind === 'hedge' && this.#failure !== undefined) this.#goOn(this.#failure)
    else if (isElsewhere) this.#launch(attempt.kind)
    else {
      if (attempt.kind === 'retry') service.budget?.giveBack()
      this.#giveUp(error)
    }
  }

  onHeaders(attempt: Attempt, head: ResponseHead): void {
    const { settings, service } = this.parts
    heed(attempt.seat, head.headers)
    const failure = judgeHead(this.parts, attempt, head)
    attempt.learn(failure?.outcome ?? 'success')
    if (failure === undefined) {
      service.budget?.onSuccess()
      settings.counters.succeeded += 1
      if (attempt.kind === 'hedge') settings.counters.hedgesWon += 1
      this.#commit(attempt)
    } else this.#onFailure(attempt, failure)
  }

  onFailed(attempt: Attempt, error: Error): void {
    if (this.answer.onFailed(attempt, error)) return
    const failure = judgeError(this.parts, attempt, error)
    const ownError = this.#body?.error
    attempt.learn(ownError === undefined ? failure.outcome : 'ignore')
    if (ownError === undefined) this.#onFailure(attempt, failure)
    else {
      this.answer.onEffect(failure.effect)
      this.answer.fail(bodyError(ownError.cause, this.answer.effect))
    }
  }

  onLearnt(attempt: Attempt, outcome: CallOutcome, latencyMs: number): void {
    const { service } = this.parts
    service.leave(attempt.seat, outcome, latencyMs)
    service.hedge?.onResult(outcome, latencyMs)
  }

  /** One attempt is lost. Others may still bring an answer; if not, it is tried again, or that was it. */
  #onFailure(attempt: Attempt, failure: Failure): void {
    this.answer.onEffect(failure.effect)
    this.#live.remove(attempt)
    this.#failure = failure
    if (failure.error === undefined) this.answer.hold(attempt)
    if (this.#live.count === 0) this.#goOn(failure)
  }

  #goOn(failure: Failure): void {
    const decision = this.#decideRetry(failure)
    if ('why' in decision) {
      this.#giveUp(failure.error, decision.why)
      return
    }
    this.answer.dropHeld()
    this.parts.settings.counters.retries += 1
    this.#delayMs = decision.delayMs
    this.#timer.clear('hedge')
    if (decision.delayMs > 0) this.#timer.set('retry', this.nowMs() + decision.delayMs)
    else this.#launch('retry')
  }

  #decideRetry(failure: Failure): RetryDecision {
    const { service, settings, terms, options } = this.parts
    const question = {
      failure,
      attempts: this.answer.attempts - this.#hedging.sent,
      maxAttempts: terms.maxAttempts,
      mayRepeat: () => isRepeatable(terms, options),
      canSendBody: this.#body?.canSend ?? true,
      isElsewhere: service.hasOther(this.#used),
      previousMs: this.#delayMs,
      remainingMs: this.#endAtMs - this.nowMs(),
    }
    return decideRetry(question, settings.retryDelay, service.budget)
  }

  /** The best there is: a response, however bad, or else the error. */
  #giveUp(error: Error | undefined, why?: RetryRefusal): void {
    const { counters } = this.parts.settings
    const { held } = this.answer
    if (why === 'budget') counters.overBudget += 1
    if (held === undefined) this.answer.giveUp(error ?? noUpstreamError(), why)
    else {
      counters.failed += 1
      this.#commit(held)
    }
  }

  #commit(attempt: Attempt): void {
    const { hedge } = this.parts.service
    this.#live.remove(attempt)
    if (this.#live.count > 0) {
      const nowMs = this.nowMs()
      this.#live.endAll(LOST, ({ sentMs }) => hedge?.onCutOff(nowMs - sentMs))
    }
    this.answer.commit(attempt)
  }

  #onDue(due: Due): void {
    if (due === 'end') this.answer.onEndOfTime()
    else if (due === 'attempt') this.#timeOut()
    else if (due === 'retry') this.#launch('retry')
    else if (due === 'idle') this.answer.onIdle()
    else if (this.#live.count > 0 && this.#hedging.tryStart()) this.#launch('hedge')
  }

  #timeOut(): void {
    const { settings, service } = this.parts
    const nowMs = this.nowMs()
    for (const attempt of this.#live.overdue(nowMs)) {
      settings.counters.timeouts += 1
      const error = timeoutError('attempt', attempt.isStarted ? 'maybe-processed' : 'not-sent')
      service.hedge?.onCutOff(nowMs - attempt.sentMs)
      attempt.learn('failure', 'overload')
      attempt.end(error)
      this.#onFailure(attempt, judgeError(this.parts, attempt, error))
    }
    const nextMs = this.#live.nextTimeoutMs()
    if (nextMs !== NEVER) this.#timer.set('attempt', nextMs)
  }
}
