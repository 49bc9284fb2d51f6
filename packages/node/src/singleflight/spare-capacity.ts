import type { AdmissionRequest, Decision } from '@headgate/core'

/** As much of an admission as work that nobody waits for asks of it. */
export interface Sparing {
  /** Whether nobody waits, a permit is free, and the process is well. */
  readonly aside: { readonly isSpare: boolean }
  tryAcquire(request: AdmissionRequest): Decision
}

const LEAST: AdmissionRequest = Object.freeze({ tier: 'opportunistic' })

/**
 * A permit for work that nobody waits for, as the function that gives it back; false when users need
 * them all. What is held back counts as nothing: no request was refused.
 */
export function spareCapacity(admission: Sparing): (() => void) | false {
  if (!admission.aside.isSpare) return false
  const decision = admission.tryAcquire(LEAST)
  if (!decision.admitted) return false
  // How long a refresh takes says nothing about requests.
  return () => decision.permit.release('ignore')
}
