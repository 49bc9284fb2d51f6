import type { AsyncResource } from 'node:async_hooks'
import type { OutgoingBody } from '../body/outgoing-body.ts'
import { type CallEffect, markError, worseEffect } from '../error/call-error.ts'
import type { Handler, ResponseHeaders } from '../handler/handler.ts'
import type { Attempt, AttemptAudience } from './attempt.ts'
import { GIVEN_UP, LOST, timeoutError } from './call-ends.ts'
import type { CallParts } from './call-parts.ts'
import type { CallSettings } from './call-settings.ts'
import type { CallTimer } from './call-timer.ts'
import { Caller } from './caller.ts'
import { missingCode } from './failure.ts'
import { HeldResponse } from './held-response.ts'
import type { LiveAttempts } from './live-attempts.ts'

/** The call itself: what it is, when it began, and the context that it was made in. */
export interface AnsweredCall extends AsyncResource {
  readonly parts: CallParts
  readonly startMs: number
}

export interface AnswerParts {
  readonly settings: CallSettings
  readonly handler: Handler
  readonly timer: CallTimer
  readonly live: LiveAttempts
  readonly body: OutgoingBody | undefined
  /** An instant of the clock; infinite for none. The body of the answer has to have come by then as well. */
  readonly deadlineAtMs: number
  readonly call: AnsweredCall
}

/** What the caller gets: the response of one attempt, from its first byte to its last, or one error. */
export class Answer implements AttemptAudience {
  readonly #parts: AnswerParts
  readonly #caller: Caller
  #committed: Attempt | undefined
  #held: HeldResponse | undefined
  #effect: CallEffect = 'not-sent'
  /** Those that were sent. */
  attempts = 0

  constructor(parts: AnswerParts) {
    this.#parts = parts
    this.#caller = new Caller(parts.handler, this)
  }

  /** The caller may leave from now on. */
  begin(): void {
    this.#caller.begin()
  }

  /** The caller has left. */
  onAbort(reason: Error): void {
    this.#parts.settings.counters.aborted += 1
    this.#end(reason)
  }

  /** Neither an answer nor an error yet. */
  get isOpen(): boolean {
    return this.#committed === undefined && !this.#caller.isOver
  }

  get held(): Attempt | undefined {
    return this.#held?.attempt
  }

  /** What the call may have done by now, at most. */
  get effect(): CallEffect {
    return this.#parts.live.isAnyStarted
      ? worseEffect(this.#effect, 'maybe-processed')
      : this.#effect
  }

  /** An attempt is over, which may have done this. */
  onEffect(effect: CallEffect): void {
    this.#effect = worseEffect(this.#effect, effect)
  }

  /** Keeps a bad response, if it is the first; the earliest of several says most. */
  hold(attempt: Attempt): void {
    if (this.#held === undefined) this.#held = new HeldResponse(attempt)
    else attempt.discard(GIVEN_UP)
  }

  dropHeld(): void {
    this.#held?.attempt.discard(GIVEN_UP)
    this.#held = undefined
  }

  /** This one it is. */
  commit(attempt: Attempt): void {
    const { timer, deadlineAtMs } = this.#parts
    const { head, controller } = attempt
    if (head === undefined || controller === undefined) return
    const held = this.#held
    this.#held = undefined
    this.#committed = attempt
    if (held !== undefined && held.attempt !== attempt) held.attempt.discard(GIVEN_UP)
    // The time for the whole call is over when its answer begins; a deadline is not.
    timer.keep('end', deadlineAtMs)
    this.#waitForBytes(attempt.learntMs)
    this.#caller.answer(controller, head)
    if (held?.attempt === attempt && held.replay(this.#caller)) this.#settle()
  }

  onInfo(attempt: Attempt, status: number, headers: ResponseHeaders): void {
    const { live } = this.#parts
    // It has left its queue there: its twins, which may still wait in theirs, are not needed.
    if (headers['x-started'] === '1') live.endOthers(attempt, LOST)
    if (attempt === live.first) this.#caller.info(status, headers)
  }

  onUpgrade(attempt: Attempt, socket: unknown): void {
    const { head, controller } = attempt
    this.#parts.settings.counters.succeeded += 1
    this.#settle()
    if (head !== undefined) this.#caller.upgrade(head, controller?.rawHeaders, socket)
  }

  onBodySent(attempt: Attempt, chunk: unknown): void {
    const { live } = this.#parts
    if (attempt === live.first) this.#caller.sent(chunk)
  }

  onData(attempt: Attempt, chunk: Uint8Array): void {
    if (attempt === this.#committed) {
      this.#waitForBytes(this.#parts.settings.clock.nowMs())
      this.#caller.data(chunk)
    } else if (attempt === this.#held?.attempt && !this.#held.keep(chunk)) {
      this.#held = undefined
      attempt.end(GIVEN_UP)
    }
  }

  onEnd(attempt: Attempt, trailers: ResponseHeaders): void {
    if (attempt === this.#committed) {
      this.#settle()
      this.#caller.end(trailers)
    } else if (attempt === this.#held?.attempt) {
      this.#held.end(trailers)
    }
  }

  /** True: the attempt had answered, and nothing more has to be done. */
  onFailed(attempt: Attempt, error: Error): boolean {
    if (attempt === this.#committed) {
      this.#effect = 'processed'
      this.fail(error)
      return true
    }
    if (attempt !== this.#held?.attempt) return false
    this.#held = undefined
    return true
  }

  /** No byte has come for a while. That says nothing where the caller holds them back itself. */
  onIdle(): void {
    if (this.#committed === undefined) return
    if (this.#caller.paused) this.#waitForBytes(this.#parts.settings.clock.nowMs())
    else this.fail(timeoutError('body-idle', 'processed'))
  }

  /** The time for the whole call is over, or its deadline has passed. */
  onEndOfTime(): void {
    const { settings, deadlineAtMs } = this.#parts
    const reason = settings.clock.nowMs() >= deadlineAtMs ? 'deadline' : 'total'
    this.#end(timeoutError(reason, this.effect))
  }

  /** Nothing more is tried. Without `why`, it was a guard here that did not let it through. */
  giveUp(error: Error, why: string | undefined): void {
    if (why === undefined) this.refuse(error)
    else this.fail(error, why)
  }

  /** It was refused here: no attempt can tell of it. */
  refuse(error: Error): void {
    const { settings, call } = this.#parts
    if (settings.refusals.isHeard && !this.#caller.isOver) {
      const { method, origin, path } = call.parts.options
      const waitedMs = settings.clock.nowMs() - call.startMs
      const name = origin instanceof URL ? origin.origin : (origin ?? undefined)
      const refused = { method, origin: name, path, error, attempts: this.attempts, waitedMs }
      settings.refusals.tell(refused, call)
    }
    this.fail(error)
  }

  /** That was it: what is left is ended, and the caller is told. */
  fail(error: Error, why?: string): void {
    const { live, settings } = this.#parts
    if (this.#caller.isOver) return
    if (!this.#caller.aborted && this.#committed === undefined) settings.counters.failed += 1
    const outcome = this.#committed === undefined ? this.effect : 'processed'
    this.#settle()
    live.endAll(error)
    this.#committed?.end(error)
    this.#held?.attempt.end(error)
    const code = missingCode(error)
    markError(error, { code, outcome, attempts: this.attempts, notRetried: why })
    this.#caller.fail(error)
  }

  /** Something came between. Where nothing was on its way, no attempt can tell of that either. */
  #end(error: Error): void {
    const isOnItsWay = this.#parts.live.isAnySent || this.#held !== undefined
    if (isOnItsWay || this.#committed !== undefined) this.fail(error)
    else this.refuse(error)
  }

  #settle(): void {
    const { timer, body, settings, call } = this.#parts
    timer.stop()
    body?.close()
    settings.counters.end()
    call.emitDestroy()
  }

  #waitForBytes(nowMs: number): void {
    const { settings, timer } = this.#parts
    if (settings.bodyIdleMs !== Number.POSITIVE_INFINITY) {
      timer.set('idle', nowMs + settings.bodyIdleMs)
    }
  }
}
