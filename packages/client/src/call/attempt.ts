import type { AdmissionRequest, Outcome, Passage, Permit, Rejection } from '@headgate/core'
import type { BreakerPass, CallOutcome } from '@headgate/resilience'
import type { CallError } from '../error/call-error.ts'
import type { Controller, Handler, ResponseHeaders } from '../handler/handler.ts'
import type { Seat } from '../service/service.ts'
import { Drain } from './drain.ts'
import { type RefusedBy, refusal } from './refusal.ts'

export type AttemptKind = 'first' | 'retry' | 'hedge'

/** Who hears what an attempt was answered. */
export interface AttemptAudience {
  onInfo(attempt: Attempt, status: number, headers: ResponseHeaders): void
  onUpgrade(attempt: Attempt, socket: unknown): void
  onData(attempt: Attempt, chunk: Uint8Array): void
  onEnd(attempt: Attempt, trailers: ResponseHeaders): void
  onBodySent(attempt: Attempt, chunk: unknown): void
}

/** What an attempt needs of the call that makes it. */
export interface AttemptOwner {
  readonly answer: AttemptAudience
  nowMs(): number
  /** Milliseconds that the attempt may wait for its permit, and its tier. */
  readonly waitRequest: AdmissionRequest
  onAdmitted(attempt: Attempt): void
  onRefused(attempt: Attempt, error: CallError): void
  onHeaders(attempt: Attempt, head: ResponseHead): void
  onFailed(attempt: Attempt, error: Error): void
  onLearnt(attempt: Attempt, outcome: CallOutcome, latencyMs: number): void
}

export interface ResponseHead {
  readonly status: number
  readonly headers: ResponseHeaders
  readonly message: string | undefined
}

/**
 * `waiting` for a permit, `sent` to undici, which may still look for a connection; then `answered`, and at
 * last `over`: nothing that comes later is listened to.
 */
export type AttemptState = 'new' | 'waiting' | 'sent' | 'answered' | 'over'

/** One attempt of a call: its place at a replica, its permit, its time, and what undici says of it. */
export class Attempt implements Handler {
  readonly #owner: AttemptOwner
  readonly kind: AttemptKind
  /** Of those that were sent, from 1; 0 before. */
  number = 0
  readonly seat: Seat
  state: AttemptState = 'new'
  /** Undici has found it a connection: from here on it may have been sent. */
  isStarted = false
  controller: Controller | undefined
  sentMs = 0
  /** When it was known how it ended. */
  learntMs = 0
  /** When it has taken too long; on the clock of the call. */
  timeoutAtMs: number = Number.POSITIVE_INFINITY
  head: ResponseHead | undefined
  #passage: Passage | undefined
  #pass: BreakerPass | undefined
  #isLearnt = false
  #endReason: Error | undefined
  #drain: Drain | undefined

  constructor(owner: AttemptOwner, kind: AttemptKind, seat: Seat) {
    this.#owner = owner
    this.kind = kind
    this.seat = seat
  }

  /** Asks the guards in turn: `onAdmitted` or `onRefused` is called, now or later. */
  enter(): void {
    const { replica } = this.seat
    const { pausedMs } = replica
    if (pausedMs > 0) {
      this.#refuse({ by: 'rate', retryAfterMs: pausedMs })
      return
    }
    const { throttle, breaker, limiter } = replica
    if (throttle !== undefined && !throttle.tryPass()) {
      this.#refuse({ by: 'throttle' })
      return
    }
    if (breaker !== undefined) {
      this.#pass = breaker.tryPass()
      if (this.#pass === undefined) {
        this.#refuse({ by: 'breaker', retryAfterMs: breaker.retryAfterMs })
        return
      }
    }
    if (limiter === undefined) {
      this.#owner.onAdmitted(this)
      return
    }
    const decision = limiter.offer(this.#owner.waitRequest, this)
    if (!('state' in decision)) {
      this.onReject(decision)
      return
    }
    this.#passage = decision
    if (decision.state === 'running') {
      this.#owner.onAdmitted(this)
      return
    }
    this.state = 'waiting'
  }

  /** It is handed to undici now. */
  send(number: number, nowMs: number, timeoutMs: number): void {
    this.state = 'sent'
    this.number = number
    this.sentMs = nowMs
    this.timeoutAtMs = this.sentMs + timeoutMs
    this.seat.replica.calls += 1
  }

  onAdmit(permit: Permit): void {
    if (this.state === 'over') permit.release('ignore')
    else this.#owner.onAdmitted(this)
  }

  onReject(rejection: Rejection): void {
    if (this.state !== 'over') this.#refuse({ by: 'limiter', rejection })
  }

  #refuse(by: RefusedBy): void {
    this.state = 'over'
    this.learn('ignore')
    this.#owner.onRefused(this, refusal(by))
  }

  /** Nobody waits for it any more. `reason` tells undici why. */
  end(reason: Error): void {
    if (this.state === 'over') return
    const wasWaiting = this.state === 'waiting'
    this.state = 'over'
    if (wasWaiting && this.#passage !== undefined) {
      this.seat.replica.limiter?.cancel(this.#passage)
    }
    this.learn('ignore')
    this.#endReason = reason
    this.controller?.abort(reason)
  }

  /** Its response is not wanted: reads it to its end if that is near, so that the connection stays. */
  discard(reason: Error): void {
    const { controller } = this
    if (this.state === 'over' || controller === undefined) {
      this.end(reason)
      return
    }
    this.state = 'over'
    this.learn('ignore')
    this.#drain = Drain.begin({ controller, replica: this.seat.replica, reason })
  }

  onRequestStart(controller: Controller): void {
    this.controller = controller
    // It ended while undici looked for a connection. Nothing has been written yet, and nothing will be.
    if (this.state === 'over') {
      controller.abort(this.#endReason as Error)
      return
    }
    this.isStarted = true
  }

  onResponseStart(
    _controller: Controller,
    status: number,
    headers: ResponseHeaders,
    message?: string,
  ): void {
    if (this.state !== 'sent') return
    if (status < 200) {
      this.#owner.answer.onInfo(this, status, headers)
      return
    }
    this.state = 'answered'
    this.head = { status, headers, message }
    this.#owner.onHeaders(this, this.head)
  }

  onRequestUpgrade(
    _controller: Controller,
    status: number,
    headers: ResponseHeaders,
    socket: unknown,
  ): void {
    if (this.state !== 'sent') {
      ;(socket as { destroy?: () => void } | undefined)?.destroy?.()
      return
    }
    this.state = 'over'
    this.learn('success')
    this.head = { status, headers, message: undefined }
    this.#owner.answer.onUpgrade(this, socket)
  }

  onResponseData(_controller: Controller, chunk: Uint8Array): void {
    if (this.state === 'answered') this.#owner.answer.onData(this, chunk)
    else this.#drain?.onData(chunk.byteLength)
  }

  onResponseEnd(_controller: Controller, trailers: ResponseHeaders): void {
    if (this.state === 'over') {
      this.#drain?.onEnd()
      return
    }
    if (this.state === 'sent') {
      this.onResponseError(null, new Error('ended without headers'))
      return
    }
    this.state = 'over'
    this.#owner.answer.onEnd(this, trailers)
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.state === 'over') {
      this.#drain?.onEnd()
      return
    }
    this.state = 'over'
    this.#owner.onFailed(this, error)
  }

  onBodySent(chunk: unknown): void {
    this.#owner.answer.onBodySent(this, chunk)
  }

  /**
   * What it teaches, once; its permit goes back, and its place at the replica is free. A limit knows no
   * failures: a fast one says nothing about capacity, and an own timeout is an overload to it.
   */
  learn(
    outcome: CallOutcome,
    forLimit: Outcome = outcome === 'failure' ? 'ignore' : outcome,
  ): void {
    if (this.#isLearnt) return
    this.#isLearnt = true
    this.learntMs = this.#owner.nowMs()
    const latencyMs = this.state === 'new' || this.number === 0 ? 0 : this.learntMs - this.sentMs
    this.#pass?.end(outcome, latencyMs)
    this.#passage?.release(forLimit)
    this.#owner.onLearnt(this, outcome, latencyMs)
  }
}
