import type { Tier } from '../shed/tier.ts'

/** As much of an `AbortSignal` as the core needs; a real one satisfies it. */
export interface CancelSignal {
  readonly aborted: boolean
}

/** What is known of a request when it asks to be admitted. Everything is optional. */
export interface AdmissionRequest {
  /** Default `important`. An unknown tier counts as the default, and in `snapshot().malformed`. */
  readonly tier?: Tier | undefined
  /**
   * Who asks, as far as it is known for sure: tenants share the capacity, and each may have so much
   * queued and in flight. No string: none, counted as `malformed`. Longer than 128: known by its hash.
   */
  readonly tenant?: string | undefined
  /**
   * Who asks, where anybody can make up a name, such as an address or an unverified header: it shares one
   * of 16 flows with others, so that a thousand names are worth no more than a few. Without `tenant` only.
   */
  readonly anonymous?: string | undefined
  /** What shares the capacity where nobody is named: the route. For hosts. */
  readonly flow?: string | undefined
  /** Its pool. Default `default`, which an unknown name counts as, and in `snapshot().malformed`. */
  readonly pool?: string | undefined
  /** Permits it takes: an integer from 1. Default 1. Others count as 1 and as `malformed`. */
  readonly cost?: number | undefined
  /** Milliseconds until the answer is useless, from now. Not a number: none, counted as `malformed`. */
  readonly deadlineMs?: number | undefined
  /** By which `explain` finds its decision; else without effect. */
  readonly id?: string | undefined
  /** An aborted signal refuses the request as `cancelled`. */
  readonly signal?: CancelSignal | undefined
}
