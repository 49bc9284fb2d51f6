import type { AdmissionRequest, Passage, Rejection } from '@headgate/core'
import type { RawRequest, RawResponse } from './raw-message.ts'

/** What somebody who traces requests follows of one of them. Its methods must not throw. */
export interface RequestTrace {
  /** Runs `work`, and all that comes of it, in the context of the trace. */
  run<Result>(work: () => Result): Result
  /**
   * What was said to it. Called once more for a passage, when its work begins or it is refused after all: until
   * its state is no longer `queued` nothing is decided.
   */
  onDecision(decision: Passage | Rejection, asked: AdmissionRequest): void
}

/** Called for each request before it asks. Must not throw; `undefined` for one that is not traced. */
export type BeginTrace = (request: RawRequest, response: RawResponse) => RequestTrace | undefined
