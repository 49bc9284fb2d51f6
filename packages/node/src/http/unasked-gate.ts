import type { Admission } from '../admission/admission.ts'
import type { RequestHandle } from './request-handle.ts'

/** Warns, once, that a gate is never asked: all its requests were let in before, by one with another admission. */
export class UnaskedGate {
  readonly #admission: Admission
  #isTold = false

  constructor(admission: Admission) {
    this.#admission = admission
  }

  /** A request has come that another gate let in; the same admission in two places is how it should be. */
  onPassedBy(visit: RequestHandle & { readonly admission?: unknown }): void {
    // Made by an older copy of this package it does not say whose it is.
    if (this.#isTold || visit.admission === undefined) return
    if (visit.admission === this.#admission) return
    this.#isTold = true
    process.emitWarning(
      'A gate is never asked, since one before it has let its requests in with another admission: ' +
        'none of its limits holds. Give both the same `admission`, or use `pools` for limits of their own.',
      { type: 'HeadgateWarning', code: 'HG_WARN_UNASKED_GATE' },
    )
  }
}
