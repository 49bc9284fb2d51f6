import type { Clock, Rejection } from '@headgate/core'
import type { Candidate } from './candidate.ts'
import type { ResolvedCoalesceOptions } from './coalesce-options.ts'
import type { HeadTerms } from './response-head.ts'
import type { SharedAnswer, StoredAnswer } from './shared-answer.ts'

/** An answer that came to its end, all of it. */
export interface WholeAnswer {
  readonly answer: SharedAnswer
  readonly terms: HeadTerms
  readonly body: Buffer
}

/** A stale answer that stands in for an error. */
export interface InsteadOfError {
  readonly answer: StoredAnswer
  /** For `Cache-Status`, to who led and to who followed; undefined: nothing is said. */
  readonly said: { readonly leader: string; readonly follower: string } | undefined
}

/** What a route knows of a flight. */
export interface KeptFlight<Request> {
  /** What is asked for. */
  readonly base: string
  /** The same, with the headers that the answer was found to depend on. */
  key: string
  /** Where others find it. */
  readonly name: string
  readonly leader: Candidate<Request>
}

/** What a flight needs of its route. */
export interface FlightKeeper<Request> {
  readonly clock: Clock
  readonly options: ResolvedCoalesceOptions<Request>
  /** The answer depends on these headers of the request, whether they were in the key or not. */
  onVary(flight: KeptFlight<Request>, names: readonly string[]): void
  /** It is for one alone, and so will the next one be. */
  onUnshareable(flight: KeptFlight<Request>): void
  onEnd(flight: KeptFlight<Request>, whole: WholeAnswer | undefined): void
  /** Whether it will be kept, if it comes to its end. */
  willStore(terms: HeadTerms): boolean
  /** Answers a request that the gate refuses, if it can. */
  answerInstead(key: string, candidate: Candidate<Request>, rejection: Rejection): boolean
  /** What is to be sent instead of the error that the handler of this flight has, if anything. */
  insteadOfError(flight: KeptFlight<Request>, statusCode: number): InsteadOfError | undefined
  /** As if it had just come. */
  enterAgain(candidate: Candidate<Request>): void
}
