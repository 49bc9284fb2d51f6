import { checkNumber, checkOneOf, REJECT_REASONS, type RejectReason } from '@headgate/core'
import type { Admission } from './admission/admission.ts'

/** Every reason that a client can be told: `cancelled` is for those who have left. */
export type ForcedReason = Exclude<RejectReason, 'cancelled'>

const FORCED_REASONS = REJECT_REASONS.filter((reason) => reason !== 'cancelled') as ForcedReason[]

export interface ForcedRejection {
  readonly reason: ForcedReason
  /** Milliseconds, at least 0. Default 1,000. */
  readonly retryAfterMs?: number | undefined
}

/**
 * Makes an admission refuse every request, so that you can test how your service, its clients and its
 * pages answer a refusal. Returns a function that ends it. Exempt requests are served all the same, and
 * nothing is counted.
 *
 * ```ts
 * const restore = force(app.headgate, { reason: 'shed' })
 * const response = await app.inject('/orders') // 503
 * restore()
 * ```
 *
 * @throws {InvalidOptionError} when the reason is none, or `retryAfterMs` is negative.
 */
export function force(
  admission: Admission,
  { reason, retryAfterMs = 1_000 }: ForcedRejection,
): () => void {
  checkOneOf('reason', reason, FORCED_REASONS)
  checkNumber('retryAfterMs', retryAfterMs, { min: 0 })
  return admission.forced.reject({ admitted: false, reason, retryAfterMs })
}

/**
 * Holds the pressure of an admission at `level`, from 0 to 1, whatever the process does, so that you can test what your
 * handlers leave out: `request.headgate.degraded` is true from 0.7 on, at once. Tiers are shed as by any pressure. At 0, a test
 * does not depend on how busy its machine is. Returns a function that ends it.
 *
 * ```ts
 * const restore = forcePressure(app.headgate, 0.9)
 * const { found } = (await app.inject('/search?q=shoes')).json() // ten instead of fifty
 * restore()
 * ```
 *
 * @throws {InvalidOptionError} when `level` is no number from 0 to 1.
 */
export function forcePressure(admission: Admission, level: number): () => void {
  checkNumber('level', level, { min: 0, max: 1 })
  return admission.forced.press(level)
}
