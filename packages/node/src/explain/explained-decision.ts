import type { DecisionInputs, RejectReason } from '@headgate/core'
import type { AdmissionMode } from '../admission/runtime-options.ts'

/** What became of a request: `waiting` until its turn comes. In shadow: what would have. */
export type DecisionAnswer = 'admitted' | 'waiting' | RejectReason

/** One decision, with everything that led to it. Plain JSON. */
export interface ExplainedDecision extends DecisionInputs {
  readonly requestId: string
  readonly atMs: number
  readonly mode: AdmissionMode
  readonly answer: DecisionAnswer
  readonly waitedMs: number
  /** Of a refusal that came at once; 0 for any other. */
  readonly retryAfterMs: number
  /** The same in a sentence, with what would have let it in. */
  readonly text: string
}
