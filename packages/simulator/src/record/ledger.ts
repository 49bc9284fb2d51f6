import type { Attempt } from '../traffic/attempt.ts'
import type { Call } from '../traffic/call.ts'
import type { RunObserver } from '../traffic/run-observer.ts'

/** Keeps every call and every attempt of a run, to be asked afterwards. */
export class Ledger implements RunObserver {
  readonly calls: Call[] = []
  readonly attempts: Attempt[] = []

  onOffer(attempt: Attempt): void {
    this.attempts.push(attempt)
  }

  onCall(call: Call): void {
    this.calls.push(call)
  }
}
