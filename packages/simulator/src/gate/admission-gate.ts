import type { Admission, Clock, Permit, Rejection } from '@headgate/core'
import type { Stage } from '../service/stage.ts'
import type { Attempt } from '../traffic/attempt.ts'
import type { RunObserver } from '../traffic/run-observer.ts'

export interface AdmissionGateParts {
  readonly clock: Clock
  readonly admission: Admission
  /** Where admitted work spends its time. */
  readonly stage: Stage
  readonly observers: readonly RunObserver[]
}

/** Hands attempts to the admission of the product, and does the work of those that are let in. */
export class AdmissionGate {
  readonly #clock: Clock
  readonly #admission: Admission
  readonly #stage: Stage
  readonly #observers: readonly RunObserver[]
  #depth = 0

  constructor({ clock, admission, stage, observers }: AdmissionGateParts) {
    this.#clock = clock
    this.#admission = admission
    this.#stage = stage
    this.#observers = observers
  }

  offer(attempt: Attempt): void {
    this.#settle(() => {
      this.#tell('onOffer', attempt)
      const answer = this.#admission.offer(attempt.request, {
        onAdmit: (permit) => this.#settle(() => this.#start(attempt, permit)),
        onReject: (rejection) => this.#settle(() => this.#refuse(attempt, rejection)),
      })
      if (!answer.admitted) this.#refuse(attempt, answer)
      else if (answer.state === 'queued') {
        attempt.state = 'waiting'
        attempt.passage = answer
      } else if (attempt.state === 'offered') this.#start(attempt, answer)
    })
  }

  /** The client has left: its place in the waiting room is free. Work that has begun goes on. */
  leave(attempt: Attempt): void {
    const { passage } = attempt
    if (attempt.state !== 'waiting' || passage === undefined) return
    this.#settle(() => {
      this.#admission.cancel(passage)
      this.#end(attempt, 'left')
      this.#tell('onLeave', attempt)
    })
    attempt.onEnd(attempt)
  }

  #start(attempt: Attempt, permit: Permit): void {
    attempt.state = 'running'
    attempt.passage = undefined
    attempt.startedMs = this.#clock.nowMs()
    this.#tell('onStart', attempt)
    const { waitMs = 0 } = attempt.call.population
    const serve = (): void => this.#serve(attempt, permit)
    this.#stage.serve(attempt.workMs, () => {
      if (waitMs === 0) serve()
      else this.#clock.schedule(waitMs, serve)
    })
  }

  #serve(attempt: Attempt, permit: Permit): void {
    this.#settle(() => {
      this.#end(attempt, 'served')
      this.#tell('onServe', attempt)
      permit.release('success')
    })
    attempt.onEnd(attempt)
  }

  #refuse(attempt: Attempt, { reason }: Rejection): void {
    attempt.reason = reason
    this.#end(attempt, 'refused')
    this.#tell('onRefuse', attempt)
    attempt.onEnd(attempt)
  }

  #end(attempt: Attempt, state: Attempt['state']): void {
    attempt.state = state
    attempt.passage = undefined
    attempt.endedMs = this.#clock.nowMs()
  }

  #tell(what: 'onOffer' | 'onStart' | 'onRefuse' | 'onLeave' | 'onServe', attempt: Attempt): void {
    for (const observer of this.#observers) observer[what]?.(attempt)
  }

  /** The admission calls back from within its own calls: only when the last one returns is all settled. */
  #settle(act: () => void): void {
    this.#depth += 1
    act()
    this.#depth -= 1
    if (this.#depth > 0) return
    for (const observer of this.#observers) observer.onSettled?.()
  }
}
