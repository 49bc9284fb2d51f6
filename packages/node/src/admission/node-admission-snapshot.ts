import type { AdmissionSnapshot, ShadowSnapshot, TopTalker } from '@headgate/core'
import type { CoalesceSnapshot } from '../coalesce/coalesce-counters.ts'
import type { ReadinessState } from '../warm-up/readiness.ts'
import type { AdmissionMode } from './runtime-options.ts'

/** The core's snapshot, and what only the host knows. Plain JSON. */
export interface NodeAdmissionSnapshot extends AdmissionSnapshot {
  /** Errors of the user's own functions: what they threw, and promises where an answer was needed. */
  readonly errors: number
  /** Handlers that go on after their client has left. They are among `inFlight`. */
  readonly abandoned: number
  /** Permits given back, in all, from handlers that had not ended. */
  readonly overdue: number
  /** Permits given back, in all, while a client was slow to send or to read. */
  readonly detached: number
  readonly mode: AdmissionMode
  /** Where the process is on its way from its start to its end: `ready()` is true for `ready` alone. */
  readonly readiness: ReadinessState
  /** What would have been said to requests in shadow, and how they ended in fact. */
  readonly shadow: ShadowSnapshot
  /** Tenants that asked most in the last one to two minutes, most first: what each got and lost. */
  readonly topTalkers: readonly TopTalker[]
  /** Requests of routes that coalesce. */
  readonly coalesced: CoalesceSnapshot
}
