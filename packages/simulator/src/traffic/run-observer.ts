import type { Attempt } from './attempt.ts'
import type { Call } from './call.ts'

/** Hears of everything that happens in a run, when it has happened. */
export interface RunObserver {
  onOffer?(attempt: Attempt): void
  onStart?(attempt: Attempt): void
  onRefuse?(attempt: Attempt): void
  /** It left the waiting room because its client did. */
  onLeave?(attempt: Attempt): void
  onServe?(attempt: Attempt): void
  /** A client has its answer, or has given up. */
  onCall?(call: Call): void
  /** Nothing is half done: the admission and all that happened agree. */
  onSettled?(): void
}
