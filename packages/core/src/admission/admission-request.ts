import type { Tier } from '../shed/tier.ts'

/** As much of an `AbortSignal` as the core needs; a real one satisfies it. */
export interface CancelSignal {
  readonly aborted: boolean
}

/** What is known of a request when it asks to be admitted. Everything is optional. */
export interface AdmissionRequest {
  /** Default `important`. An unknown tier counts as the default, and in `snapshot().malformed`. */
  readonly tier?: Tier | undefined
  /** Milliseconds until the answer is useless, from now. Not a number: none, counted as `malformed`. */
  readonly deadlineMs?: number | undefined
  /** An aborted signal refuses the request as `cancelled`. */
  readonly signal?: CancelSignal | undefined
}
