import type { RawRequest } from '../http/raw-message.ts'
import type { Candidate } from './candidate.ts'

/** What an entrance asks of a route whose equal requests share one answer. */
export interface Coalescing<Request> {
  /** Whether this request could share at all, as far as its method says. */
  concerns(raw: RawRequest): boolean
  /** True when it has been answered, or waits for the answer to another; false when it has to ask the gate. */
  enter(candidate: Candidate<Request>): boolean
}
