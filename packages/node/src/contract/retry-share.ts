import type { Admission } from '../admission/admission.ts'

/** Over how many arrivals the share is taken: the weight of one fades with each that follows. */
const ARRIVALS = 200
/** Callers keep their retries below this share of their calls; where more arrive, callers of callers retry as well. */
const TOO_MANY = 0.1

const known = new WeakMap<Admission, RetryShare>()

/** The share of retries among what arrives at an admission: the same for all hosts that ask it. */
export function retryShareOf(admission: Admission): RetryShare {
  const share = known.get(admission) ?? new RetryShare()
  known.set(admission, share)
  return share
}

/**
 * How many of the requests that arrive are retries, as their senders say, if they are believed. Where that is more than
 * a tenth, whoever is refused is told not to retry: what is too much already would only grow.
 *
 * Source: Beyer et al., "Site Reliability Engineering" (2016), chapter "Handling Overload".
 */
export class RetryShare {
  #share = 0

  get isHigh(): boolean {
    return this.#share > TOO_MANY
  }

  onArrival(isRetry: boolean): void {
    this.#share += (Number(isRetry) - this.#share) / ARRIVALS
  }
}
