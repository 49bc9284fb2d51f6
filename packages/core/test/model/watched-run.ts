import type { Passage } from '../../src/admission/passage.ts'
import type { Guest, Harness } from '../admission/admission-harness.ts'
import type { FairCommand, FairOptions } from './fair-command.ts'

/** One offered request, and what was known of it then. */
export interface FairGuest {
  readonly guest: Guest
  readonly offer: Extract<FairCommand, { do: 'offer' }>
  /** Of its flow. */
  readonly key: string
  readonly expiresAtMs: number
}

/** A run as its invariants see it. */
export interface WatchedRun {
  readonly harness: Harness
  readonly guests: readonly FairGuest[]
  readonly options: FairOptions
  /** Those in this state, in the order in which they came. */
  passages(state: string): Passage[]
  /** Its place among the guests. */
  idOf(passage: Passage): number
}
